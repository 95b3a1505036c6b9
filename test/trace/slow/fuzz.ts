// A hundred thousand broken traces, and every prefix of the sound ones. `node out/test/trace/slow/fuzz.js [FIRST [COUNT]]`
// begins with seed FIRST: a failure names the seed that repeats it.
import { fuzz, readPrefixes, samples } from "../fuzz";

const [first = 1, rounds = 100_000] = process.argv.slice(2).map(Number);
const PART = 2000;

const all = samples();
let prefixes = 0;
for (const sample of all) prefixes += readPrefixes(sample, 1);
console.log(`${prefixes} prefixes of ${all.length} traces go on`);

let sound = 0;
let slowest = 0;
let read = 0;
let peak = 0;
for (let seed = first; seed < first + rounds; seed += PART) {
  const tally = fuzz(all, seed, Math.min(PART, first + rounds - seed), 10);
  read += tally.read;
  sound += tally.sound;
  slowest = Math.max(slowest, tally.slowest);
  peak = Math.max(peak, process.memoryUsage().rss);
}
const size = (peak / 1e6).toFixed(0);
console.log(`${read} broken traces: ${sound} read to their end, ${read - sound} damaged where it was said`);
console.log(`the slowest took ${slowest.toFixed(0)} ms, the process ${size} MB at most`);
