// Included before anything else in each unit of the loadable extension: its calls go to the SQLite that loads it, not
// to one that it brings along.
#pragma once

#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3
