// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// The core as a WebAssembly module, for Node and for browsers.
export class Core {
  /// - source: the module's bytes.
  static async load(source) {
    let memory;
    const random_get = (pointer, count) => {
      // A browser gives 65,536 bytes at once at most.
      for (let offset = 0; offset < count; offset += 65536) {
        const part = Math.min(65536, count - offset);
        crypto.getRandomValues(new Uint8Array(memory.buffer, pointer + offset, part));
      }
      return 0;
    };
    // Anything else that a C library asks an operating system for is a mistake here.
    const refuse = (name) => () => { throw new Error(`the core asked for ${name}`); };
    const system = new Proxy({ random_get }, { get: (known, name) => known[name] ?? refuse(name) });
    const module = await WebAssembly.compile(source);
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = system[name];
    const { exports } = await WebAssembly.instantiate(module, imports);
    memory = exports.memory;
    exports._initialize?.();
    return new Core(exports);
  }

  constructor(exports) { this.exports = exports; }

  /// Memory may have moved in every call: views of it are made anew.
  get output() {
    return new Uint8Array(this.exports.memory.buffer, this.exports.output(), this.exports.outputCount()).slice();
  }

  selfTest() {
    const failures = this.exports.selfTest();
    return { failures, report: new TextDecoder().decode(this.output) };
  }

  makeDevice(suite, account) {
    const device = this.exports.makeDevice(suite, account);
    if (device < 0) throw new Error(`no device of suite ${suite}`);
    return { handle: async (command) => this.handle(device, command) };
  }

  handle(device, command) {
    const start = this.exports.allocate(command.length);
    try {
      new Uint8Array(this.exports.memory.buffer, start, command.length).set(command);
      if (this.exports.handle(device, start, command.length) !== 0) throw new Error("refused");
      return this.output;
    } finally {
      this.exports.release(start);
    }
  }
}
