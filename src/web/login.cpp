#include "web/login.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "web/target.hpp"

namespace oculus::web {
namespace {

// The colours are those of assets/styles/page.css.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;"
    "background:light-dark(#f7f6f3,#101317);color:light-dark(#1b1f24,#e7eaee)}"
    "main{max-width:20rem;margin:18vh auto 0;padding:0 1rem}"
    "h1{font-size:1.5rem}"
    "label{display:block}"
    "input,button{font:inherit;box-sizing:border-box;width:100%;padding:.5rem .75rem;margin-top:.5rem;"
    "border:1px solid "
    "light-dark(#c9c5bc,#3a424d);border-radius:.375rem;background:light-dark(#fff,#171b21);color:inherit}"
    "button{background:light-dark(#2b59c3,#86aeff);border-color:transparent;color:light-dark(#fff,#101317);"
    "font-weight:600;cursor:pointer}"
    ".quiet{font-size:.875rem;color:light-dark(#5a636e,#9ba6b3)}"
    "[role=alert]{color:light-dark(#b4232a,#ff8085);border-inline-start:3px solid;padding-inline-start:.5rem}";

constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in: Oculus</title><style>{}</style></head>
<body><main>
<h1>Oculus</h1>
{}<form method="post" action="/login">
<input type="hidden" name="next" value="{}">
<label>Token <input type="password" name="token" required autofocus autocomplete="current-password"></label>
<button>Log in</button>
</form>
<p class="quiet">It is the value of <code>server.token</code> in the configuration of this Oculus.</p>
</main></body>
</html>
)html";

std::string escape(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// As a Content-Security-Policy names an inline style: base64 of its SHA-256.
std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 48> encoded{};  // 44 and the closing NUL
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {encoded.begin(), encoded.begin() + length};
}

std::string field(const std::vector<std::pair<std::string, std::string>>& form, std::string_view name) {
  const auto found = std::ranges::find(form, name, &std::pair<std::string, std::string>::first);
  return found == form.end() ? std::string() : found->second;
}

}  // namespace

std::string_view local_next(std::string_view next) noexcept {
  const bool local =
      next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string_view::npos &&
      std::ranges::none_of(next, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  return local ? next : "/";
}

Login::Login(Access& access) : access_(access), style_hash_(sha256_base64(kStyle)) {}

void Login::add_to(Router& router) {
  using enum Router::Access;
  constexpr const char* kForm = "application/x-www-form-urlencoded";
  router.add("GET", "/login", open, [this](Request request) { return show(std::move(request)); });
  router.add("POST", "/login", open, [this](Request request) { return log_in(std::move(request)); }, {kForm});
  router.add("POST", "/logout", open, [this](Request request) { return log_out(std::move(request)); }, {kForm});
}

Response Login::page(int status, std::string_view next, std::string_view complaint) const {
  const std::string said = complaint.empty() ? "" : fmt::format("<p role=\"alert\">{}</p>\n", escape(complaint));
  Response answer = Response::html(fmt::format(kPage, kStyle, said, escape(next)), status);
  answer.headers.push_back(
      {"Content-Security-Policy", fmt::format("default-src 'none'; style-src 'sha256-{}'; form-action 'self'; "
                                              "frame-ancestors 'none'; base-uri 'none'",
                                              style_hash_)});
  return answer;
}

boost::asio::awaitable<Response> Login::show(Request request) {
  const std::string* wanted = request.parameter("next");
  const std::string next(local_next(wanted ? *wanted : "/"));
  if (!access_.needs_token() || request.logged_in) co_return Response::see_other(next);
  co_return page(200, next, "");
}

boost::asio::awaitable<Response> Login::log_in(Request request) {
  const auto form = parse_form(request.body);
  if (!form) co_return Response::problem(400, "the form holds a bad escape");
  const std::string next(local_next(field(*form, "next")));
  if (!access_.needs_token()) co_return Response::see_other(next);
  const Access::LogIn result = access_.log_in(request, field(*form, "token"), Clock::now());
  if (result.refusal) {
    Response answer = page(429, next, "Too many wrong tokens came from your address. Wait a little, then try again.");
    answer.headers.push_back({"Retry-After", *result.refusal->header("Retry-After")});
    co_return answer;
  }
  if (!result.cookie) {
    Response answer = page(401, next, "That is not the token. It is the value of server.token.");
    answer.headers.push_back({"WWW-Authenticate", R"(Bearer realm="oculus")"});  // RFC 9110 section 15.5.2
    co_return answer;
  }
  Response answer = Response::see_other(next);
  answer.headers.push_back({"Set-Cookie", *result.cookie});
  co_return answer;
}

boost::asio::awaitable<Response> Login::log_out(Request request) {
  Response answer = Response::see_other(access_.needs_token() ? "/login" : "/");
  answer.headers.push_back({"Set-Cookie", access_.log_out(request)});
  co_return answer;
}

}  // namespace oculus::web
