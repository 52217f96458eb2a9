// One HTTP request, blocking, over libcurl.
#pragma once

#include <string>
#include <vector>

namespace oculus::integration {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers = {};  // `Name: value`
  std::string body = {};
};

struct HttpAnswer {
  long status = 0;  // 0: there was no answer
  std::string head, body;
};

HttpAnswer ask(const HttpRequest& request);

}  // namespace oculus::integration
