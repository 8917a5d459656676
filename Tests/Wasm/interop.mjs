// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// A device in WebAssembly and a native one talk, in every suite and whoever begins:
///   node interop.mjs MODULE.wasm NATIVE-EXECUTABLE

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Core } from "./core.mjs";

const [modulePath, executable] = process.argv.slice(2);
const core = await Core.load(await readFile(modulePath));
const { failures, report } = core.selfTest();
console.log(report.replace("wasm:", "wasm in Node:"));
if (failures) process.exit(1);

const text = (string) => new TextEncoder().encode(string);
const concatenate = (...parts) => Buffer.concat(parts);
const same = (left, right, what) => {
  if (Buffer.compare(left, right) !== 0) throw new Error(`${what} is not what was written`);
};

function nativeDevice(suite, account) {
  const child = spawn(executable, [suite, account], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    handle: async (command) => {
      child.stdin.write(Buffer.from(command).toString("hex") + "\n");
      const { value = "failed: it ended" } = await lines.next();
      if (!value.startsWith("ok")) throw new Error(value);
      return Buffer.from(value.slice(2).trim(), "hex");
    },
    end: () => child.stdin.end(),
  };
}

/// 50 round trips, with a changed message that must be refused and one that comes late.
async function talk(first, second) {
  const introduce = Uint8Array.of(1);
  await first.handle(concatenate(Uint8Array.of(2), await second.handle(introduce)));
  const introduction = await first.handle(introduce);
  const length = Uint8Array.of(introduction.length >> 8, introduction.length & 255);
  const opening = await first.handle(concatenate(Uint8Array.of(3), text("hello")));
  same(await second.handle(concatenate(Uint8Array.of(5), length, introduction, opening)), text("hello"), "the first message");
  let count = 1;
  const pass = async (from, to, string) => {
    const message = await from.handle(concatenate(Uint8Array.of(3), text(string)));
    const forged = Uint8Array.from(message);
    forged[forged.length - 1] ^= 1;
    let isRefused = false;
    try { await to.handle(concatenate(Uint8Array.of(4), forged)); } catch { isRefused = true; }
    if (!isRefused) throw new Error("a changed message was read");
    same(await to.handle(concatenate(Uint8Array.of(4), message)), text(string), string);
    count += 1;
  };
  const late = await second.handle(concatenate(Uint8Array.of(3), text("late")));
  for (let round = 0; round < 50; round += 1) {
    await pass(second, first, `to the first, ${round}`);
    await pass(first, second, `to the second, ${round}`);
    if (round === 2) same(await first.handle(concatenate(Uint8Array.of(4), late)), text("late"), "the late message");
  }
  return count + 1;
}

for (const suite of [1, 2, 3]) {
  for (const wasmBegins of [true, false]) {
    const native = nativeDevice(suite, 0xb0);
    const wasm = core.makeDevice(suite, 0xa1);
    const count = await (wasmBegins ? talk(wasm, native) : talk(native, wasm));
    native.end();
    console.log(`suite ${suite}, ${wasmBegins ? "wasm" : "native"} begins: ${count} messages both ways`);
  }
}
