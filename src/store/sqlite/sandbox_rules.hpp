// What people's SQL may touch: the public relations, and functions that neither reach outside the statement nor take
// memory beyond its limits. Whatever is not listed is refused.
#pragma once

#include <string_view>

namespace oculus::store::sqlite {

/// An authorizer for sqlite3_set_authorizer; its context is the OwnWork of the connection's relations.
int authorize_people(void* own_work, int action, const char* first, const char* second, const char* database,
                     const char* view);

/// The first name in the text that only views may use, empty when there is none. The authorizer cannot tell a view from
/// a common table expression that took its name, so such names must not be written out at all.
std::string_view hidden_name_in(std::string_view sql) noexcept;

}  // namespace oculus::store::sqlite
