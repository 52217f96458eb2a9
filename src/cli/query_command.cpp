#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/database_source.hpp"
#include "cli/sql_output.hpp"
#include "model/duration.hpp"
#include "model/printable.hpp"

namespace oculus::cli {
namespace {

constexpr std::size_t kMostBytes = 256U << 20;  // of an answer, which is held in memory whole

std::string text_of(const store::SqlTable& table, QueryOptions::Form form, const Console& console) {
  switch (form) {
    case QueryOptions::Form::json:
      return json_text(table);
    case QueryOptions::Form::csv:
      // A program gets every byte as it is; a terminal gets none that could steer it.
      return console.terminal() ? printable(csv_text(table), Blanks::tabs_and_breaks) : csv_text(table);
    case QueryOptions::Form::table:
      break;
  }
  return table_text(table, console.width());
}

std::string rows_counted(std::size_t count) { return count == 1 ? "1 row" : fmt::format("{} rows", count); }

}  // namespace

int query(const QueryOptions& options, const Source& source, const config::Environment& environment, Console& console) {
  if (options.statement == ".schema") {
    console.print(store::public_schema());
    return kGood;
  }
  if (options.statement.starts_with('.')) {
    console.complain(fmt::format("there is no '{}'; .schema shows the relations", options.statement));
    return kWrong;
  }
  const auto time_limit = parse_duration(options.time_limit, Place{"--time-limit"});
  if (!time_limit) {
    console.complain(time_limit.error().text());
    return kWrong;
  }
  store::SqlQuery wish;
  wish.text = options.statement != "-" ? options.statement : std::string(std::istreambuf_iterator<char>(std::cin), {});
  wish.time_limit = std::chrono::ceil<std::chrono::milliseconds>(*time_limit);
  wish.most_rows = options.row_limit;
  wish.most_bytes = kMostBytes;

  auto database = open_for_reading(source, environment, console);
  if (!database) return kWrong;
  const auto answer =
      database->sql->ask([&](store::SqlReader& reader) { return reader.run(wish, Clock::now() + wish.time_limit); });
  if (!answer) {
    console.complain(answer.error().text());
    return answer.error().kind == ErrorKind::invalid ? kWrong : kFailed;
  }
  console.print(text_of(*answer, options.form, console));
  const std::size_t count = answer->rows.size();
  if (options.form == QueryOptions::Form::table && console.terminal())
    console.print(console.paint(Colour::dim, rows_counted(count)) + '\n');
  if (answer->truncated)
    console.complain(fmt::format("only the first {} shown; --limit sets how many",
                                 count == 1 ? "row is" : fmt::format("{} rows are", count)));
  return kGood;
}

}  // namespace oculus::cli
