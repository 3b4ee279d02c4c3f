// SPDX-License-Identifier: Apache-2.0
// Makes the requests of stdin, one JSON array, one after the other over one kept connection with the module
// `http`; prints the answers as a JSON array.
'use strict';
const fs = require('fs');
const http = require('http');

const agent = new http.Agent({keepAlive: true, maxSockets: 1});

function ask({method, url, headers, body}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {method, headers, agent}, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(pieces).toString(),
      }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

(async () => {
  const answers = [];
  for (const request of JSON.parse(fs.readFileSync(0, 'utf8'))) answers.push(await ask(request));
  agent.destroy();
  console.log(JSON.stringify(answers));
})();
