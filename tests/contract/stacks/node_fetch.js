// SPDX-License-Identifier: Apache-2.0
// Makes the requests of stdin, one JSON array, all at once with `fetch`; prints the answers as a JSON array.
'use strict';
const fs = require('fs');

async function ask({method, url, headers, body}) {
  const response = await fetch(url, {method, headers, body});
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

(async () => {
  const requests = JSON.parse(fs.readFileSync(0, 'utf8'));
  console.log(JSON.stringify(await Promise.all(requests.map(ask))));
})();
