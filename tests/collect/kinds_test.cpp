// The tables of keys are what people are told; they are right when what they show is taken.
#include "collect/kinds.hpp"

#include <gmock/gmock.h>

#include "config/reference.hpp"

namespace oculus::collect {
namespace {

using config::Field;

class SetEnvironment final : public config::Environment {
 public:
  const char* find(const std::string& /*name*/) const override { return "set"; }
};

/// `key: example` of each key but `left_out`.
std::string written_out(std::span<const Field> fields, const std::vector<std::string_view>& left_out,
                        const std::string& indent = "") {
  std::string text;
  for (const Field& field : fields) {
    if (!field.not_yet.empty() || std::ranges::find(left_out, field.key) != left_out.end()) continue;
    text += indent + std::string(field.key) + ":";
    if (field.type == config::FieldType::section) {
      text += "\n" + written_out(field.fields, left_out, indent + "  ");
    } else {
      EXPECT_NE(field.example, "") << field.key << " has no example";
      text += " " + std::string(field.example) + "\n";
    }
  }
  return text;
}

TEST(CollectorKinds, HaveExamplesThatAreTaken) {
  const SetEnvironment environment;
  const std::vector<std::vector<std::string_view>> either = {{"interval"}, {"cron", "timezone"}};
  for (const CollectorKind* kind : collector_kinds())
    for (const auto& left_out : either) {
      const std::string text = written_out(fields_of(kind->type), left_out);
      config::Problems problems;
      const auto node = config::parse(text, config::Syntax::yaml, "a.yaml", &environment, problems);
      const auto spec = read_spec(std::string(kind->type), node, problems);
      ASSERT_TRUE(spec) << problems.text();
      EXPECT_NE(kind->make(*spec, {}, problems), nullptr) << problems.text();
      EXPECT_TRUE(problems.none()) << problems.text();
    }
}

TEST(CollectorKinds, SayWhatTheirKeysTakeAndAre) {
  for (const CollectorKind* kind : collector_kinds()) {
    EXPECT_NE(kind->summary, "") << kind->type;
    for (const config::KeyRow& row : config::reference_rows(fields_of(kind->type))) {
      EXPECT_NE(row.takes, "") << kind->type << ' ' << row.key;
      EXPECT_NE(row.help, "") << kind->type << ' ' << row.key;
    }
  }
}

}  // namespace
}  // namespace oculus::collect
