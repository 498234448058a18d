// Reads documents, one a line, and answers each with a line: the errors that AsyncAPI's own parser finds.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { Parser } = createRequire(import.meta.url)("@asyncapi/parser");
const parser = new Parser();

for await (const line of createInterface({ input: process.stdin })) {
  const { diagnostics } = await parser.parse(line);
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  console.log(JSON.stringify(errors.map(({ message, path }) => `${path.join("/")}: ${message}`)));
}
