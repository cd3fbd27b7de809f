// aimock behind the paths that the matrix's deployments have: /FORMAT/CASE
// before a vendor's own path says what to answer with, which is what aimock
// calls a context. Fixtures come on standard input; the address is printed.
import http from "node:http";
import { text } from "node:stream/consumers";
import { createServer } from "@copilotkit/aimock";

const { fixtures } = JSON.parse(await text(process.stdin));
const aimock = await createServer(fixtures, { port: 0, strict: true, chunkSize: 7, logLevel: "warn" });

const server = http.createServer((request, response) => {
  const [, format, kind, ...path] = request.url.split("/");
  request.headers["x-aimock-context"] = `${format}/${kind}`;
  request.url = `/${path.join("/")}`;
  aimock.server.emit("request", request, response);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
