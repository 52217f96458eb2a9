#include "cli/probe_report.hpp"

#include <gtest/gtest.h>

namespace oculus::cli {
namespace {

Series one(const std::string& field, const std::string& unit) {
  Series series;
  series.name = "probe";
  series.tags.set("field", field);
  series.unit = unit;
  return series;
}

ProbeReport example() {
  ProbeReport report;
  report.type = "http";
  report.target = "https://example.com/";
  report.series = {one("rtt", "ms"), one("status", ""), one("dns", "ms"), one("connect", "ms"),
                   one("tls", "ms"), one("ttfb", "ms"), one("size", "B")};
  report.round.values = {60.0, 200.0, 10.0, 20.0, std::nullopt, 30.0, 1256.0};
  report.round.took = std::chrono::milliseconds(60);
  return report;
}

TEST(ProbeReport, DrawsThePhasesOneAfterTheOther) {
  EXPECT_EQ(example().text(Console({})),
            "http https://example.com/: good\n"
            "  rtt      60.00 ms  ██████████████████████████████\n"
            "  status     200\n"
            "  dns      10.00 ms  █████\n"
            "  connect  20.00 ms       ██████████\n"
            "  ttfb     30.00 ms                 ███████████████\n"
            "  size      1256 B\n");
}

TEST(ProbeReport, NamesTheReasonOfAFailure) {
  ProbeReport report;
  report.type = "tcp";
  report.target = "127.0.0.1:1";
  report.series = {one("rtt", "ms")};
  report.round = collect::Round::failed("refused", "connection refused\x1b[31m");
  report.round.values = {std::nullopt};
  report.round.evidence = R"({"address":"127.0.0.1"})";
  EXPECT_EQ(report.text(Console({})), "tcp 127.0.0.1:1: failed (refused): connection refused\\x1b[31m\n");
  EXPECT_EQ(report.json(),
            R"({"type":"tcp","target":"127.0.0.1:1","success":false,"error":"refused",)"
            R"("detail":"connection refused\u001b[31m","took_ms":null,)"
            R"("values":[{"field":"rtt","unit":"ms","value":null}],"tags":{},"evidence":{"address":"127.0.0.1"}})"
            "\n");
}

TEST(ProbeReport, PaintsTheVerdictOnATerminal) {
  const std::string text = example().text(Console({.terminal = true, .colour = true}));
  EXPECT_NE(text.find("\x1b[32mgood\x1b[0m"), std::string::npos);
}

}  // namespace
}  // namespace oculus::cli
