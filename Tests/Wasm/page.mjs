// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

/// Writes a page that holds the module and runs its self-test, for a browser that may read no other files:
///   node page.mjs MODULE.wasm >PAGE.html

import { readFile } from "node:fs/promises";

const module = (await readFile(process.argv[2])).toString("base64");
const core = (await readFile(new URL("core.mjs", import.meta.url), "utf8")).replace("export class", "class");
process.stdout.write(`<!doctype html>
<title>Construct's core</title>
<pre id="report">running</pre>
<script type="module">
${core}
const show = (text) => { document.getElementById("report").textContent = text; };
try {
  const core = await Core.load(Uint8Array.from(atob("${module}"), (character) => character.charCodeAt(0)));
  show(core.selfTest().report);
} catch (error) {
  show("failed: " + error);
}
</script>
`);
