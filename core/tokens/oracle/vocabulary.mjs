// Writes ../vocabulary/*.bin from the ranks that the npm package tiktoken
// carries: npm ci && npm run vocabulary
//
// A file starts with two little-endian uint32: how many tokens there are, and
// how many bytes they have together. Then comes a deflate stream of two blocks:
// one byte per token in the order of the ranks, its length; and the tokens'
// bytes, one token after the other. TestVocabulary holds that they hash to what
// OpenAI publishes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateRawSync } from "node:zlib";

const require = createRequire(import.meta.url);

for (const name of ["cl100k_base", "o200k_base"]) {
  const { bpe_ranks } = JSON.parse(readFileSync(require.resolve(`tiktoken/encoders/${name}.json`), "utf8"));
  const tokens = [];
  // Each line is "! first-rank token token ...", tokens in base64.
  for (const line of bpe_ranks.split("\n").filter(Boolean)) {
    const [, first, ...words] = line.split(" ");
    words.forEach((word, i) => { tokens[Number(first) + i] = Buffer.from(word, "base64"); });
  }
  for (let rank = 0; rank < tokens.length; rank++) {
    const length = tokens[rank]?.length ?? 0;
    if (length < 1 || length > 255) throw new Error(`${name}: token ${rank} has ${length} bytes`);
  }
  const plain = Buffer.concat([Buffer.from(tokens.map((t) => t.length)), ...tokens]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(tokens.length, 0);
  head.writeUInt32LE(plain.length - tokens.length, 4);
  const packed = Buffer.concat([head, deflateRawSync(plain, { level: 9, memLevel: 9 })]);
  writeFileSync(new URL(`../vocabulary/${name}.bin`, import.meta.url), packed);
  console.log(`${name}: ${tokens.length} tokens, ${plain.length} bytes, ${packed.length} packed`);
}
