# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a source with the texts of openapi.json and openapi.yaml of FOLDER:
# cmake -DFOLDER=… -DOUTPUT=… -P embed_openapi.cmake
file(READ "${FOLDER}/openapi.json" json)
file(READ "${FOLDER}/openapi.yaml" yaml)
file(WRITE "${OUTPUT}" "// Made from openapi.json and openapi.yaml by embed_openapi.cmake.
#include \"server/api/openapi_texts.hpp\"

namespace farthing::api {

std::string_view openapi_json() { return R\"openapi(${json})openapi\"; }

std::string_view openapi_yaml() { return R\"openapi(${yaml})openapi\"; }

}  // namespace farthing::api
")
