// The program that the SIGKILL test kills: goes through a script (kill_script.hpp) and says on standard output how far
// it came. store_kill_child DATABASE FIRST LAG: begins with step FIRST, and prints the number after the last
// acknowledged one, a line each.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "store/database.hpp"
#include "store/heard.hpp"
#include "store/kill_script.hpp"

namespace {

using namespace oculus;

std::int64_t number(const char* text) {
  std::int64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

store::Command command(store::KillStep step, store::Answer answer) {
  const auto keep = [](std::int64_t from) { return now() - from_us(from); };
  if (step.delete_before) return store::CleanupValues{keep(*step.delete_before), std::move(answer)};
  if (step.retain_from) return store::ApplyRetention{{.keep = keep(*step.retain_from)}, std::move(answer)};
  return store::InsertValues{std::move(step.samples), std::move(answer)};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  store::DatabaseSettings settings;
  settings.path = arguments[1];
  settings.seal = {.samples_of_series = 40, .least_samples = 60, .most_samples = 400, .longest = std::chrono::hours(1)};
  const auto database = store::open_database(settings);
  if (!database) return std::fprintf(stderr, "%s\n", database.error().text().c_str()), 1;
  for (const Series& series : store::KillScript::series())
    if (!database->writer->try_send(store::UpsertSeries{series})) return 1;

  const store::KillScript script(number(arguments[3]));
  for (std::int64_t next = number(arguments[2]);;) {
    const store::Heard done;
    if (!database->writer->try_send(command(script.step(next), done.answer())) || !done.wait()) return 1;
    std::printf("%lld\n", static_cast<long long>(++next));
    std::fflush(stdout);
  }
}
