// Writes ../testdata/vectors.txt, what the npm package tiktoken makes of each
// text of corpus.mjs: npm ci && npm run vectors
//
// A line is a text: its length in bytes, and for cl100k_base and then o200k_base
// the number of tokens and the start of the SHA-256 of their ids, each id as a
// little-endian uint32.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { get_encoding } from "tiktoken";
import { size, text } from "./corpus.mjs";

const encodings = ["cl100k_base", "o200k_base"].map((name) => get_encoding(name));
const lines = [];
for (let i = 0; i < size; i++) {
  const s = text(i);
  const fields = [Buffer.byteLength(s)];
  for (const encoding of encodings) {
    const ids = encoding.encode(s, [], []);
    const bytes = Buffer.alloc(4 * ids.length);
    ids.forEach((id, at) => bytes.writeUInt32LE(id, 4 * at));
    fields.push(ids.length, createHash("sha256").update(bytes).digest("hex").slice(0, 12));
  }
  lines.push(fields.join(" "));
}
writeFileSync(new URL("../testdata/vectors.txt", import.meta.url), lines.join("\n") + "\n");
console.log(`${lines.length} texts, ${encodings.length} vocabularies`);
