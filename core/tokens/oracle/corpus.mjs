// The texts whose tokens are compared: made from ../testdata/pieces.json by a
// generator that corpus_test.go repeats in Go.
import { readFileSync } from "node:fs";

const { prose, code, odd, words, spaces, ranges } = JSON.parse(readFileSync(new URL("../testdata/pieces.json", import.meta.url), "utf8"));

export const size = 1000;

// random is mulberry32: below(n) is the next number from 0 to n-1.
function random(seed) {
  return function below(n) {
    seed = (seed + 0x6d2b79f5) >>> 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t = (t ^ (t + Math.imul(t ^ (t >>> 7), t | 61))) >>> 0;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

function piece(below) {
  const one = (list) => list[below(list.length)];
  const run = (n, make) => { let s = ""; for (let i = 0; i < n; i++) s += make(); return s; };
  const kind = below(20);
  if (kind < 4) return one(prose);
  if (kind < 6) return one(code);
  if (kind < 12) return one(odd);
  if (kind < 15) return run(1 + below(12), () => one(words) + " ");
  if (kind < 17) return run(1 + below(8), () => one(spaces));
  if (kind < 18) return run(1 + below(12), () => String(below(10)));
  const [low, high] = one(ranges);
  return run(1 + below(12), () => String.fromCodePoint(low + below(high - low + 1)));
}

// text returns the text of that number.
export function text(number) {
  const below = random(number);
  let s = "";
  for (let n = 1 + below(20); n > 0; n--) s += piece(below);
  return s;
}
