#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/database_source.hpp"

namespace oculus::cli {

int check_db(const Source& source, const config::Environment& environment, Console& console) {
  auto database = open_for_reading(source, environment, console);
  if (!database) return kWrong;
  const auto begin = Clock::now();
  const auto whole = database->readers->ask([](store::Reader& reader) { return reader.integrity(); });
  if (!whole) {
    console.complain(whole.error().text());
    return kFailed;
  }
  const auto facts = database->readers->ask([](store::Reader& reader) { return reader.facts(); });
  if (!facts) {
    console.complain(facts.error().text());
    return kFailed;
  }
  const auto took = std::chrono::duration<double>(Clock::now() - begin);
  console.print(fmt::format("the database is sound: {} series in {:.1f} MB, read in {:.1f} s\n", facts->series,
                            static_cast<double>(facts->bytes) / 1e6, took.count()));
  return kGood;
}

}  // namespace oculus::cli
