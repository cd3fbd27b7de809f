// Writes ../vocabulary/*.bin from the ranks that the npm package tiktoken
// carries: npm ci && npm run vocabulary
//
// The first 256 tokens are the bytes, in an order of the vocabulary's own; every
// other is made of two before it. So a file starts with two little-endian
// uint32: how many tokens there are, and how many bytes they have together. Then
// comes a deflate stream: the 256 bytes; and the ranks of what the others are
// made of, in the order of the ranks, in six columns: the lowest byte of each
// first half, the middle one, the highest, then those of the second halves. That
// is a quarter smaller than the tokens' text. TestVocabulary holds that they hash
// to what OpenAI publishes.
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
    words.forEach((word, i) => { tokens[Number(first) + i] = Buffer.from(word, "base64").toString("latin1"); });
  }
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  const halves = tokens.slice(256).map((token, i) => {
    let best;
    for (let cut = 1; cut < token.length; cut++) {
      const pair = [ranks.get(token.slice(0, cut)), ranks.get(token.slice(cut))];
      if (pair.every((rank) => rank < 256 + i) && !(best?.[1] <= pair[1])) best = pair;
    }
    if (!best) throw new Error(`${name}: token ${256 + i} is not made of two before it`);
    return best;
  });
  const bytes = tokens.slice(0, 256).join("");
  if (bytes.length !== 256) throw new Error(`${name}: the first 256 tokens are not bytes`);
  const columns = [0, 1].flatMap((half) => [0, 8, 16].map((shift) => Buffer.from(halves.map((pair) => (pair[half] >> shift) & 255))));
  const plain = Buffer.concat([Buffer.from(bytes, "latin1"), ...columns]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(tokens.length, 0);
  head.writeUInt32LE(tokens.join("").length, 4);
  const packed = Buffer.concat([head, deflateRawSync(plain, { level: 9, memLevel: 9 })]);
  writeFileSync(new URL(`../vocabulary/${name}.bin`, import.meta.url), packed);
  console.log(`${name}: ${tokens.length} tokens, ${packed.length} bytes packed`);
}
