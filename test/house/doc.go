// Package house keeps the rules of the house, so that no reviewer has to.
//
// A rule is a name, a pure function from a tree of sources to the places that break it,
// and a sentence on what to do about it. TestHouse applies every rule to this repository;
// TestRules applies each to small trees that break it and to one that doesn't, because a
// rule that can't fail keeps nothing.
//
// The rules: which room may import which (rooms.go, arrows.go), documentation
// (words.go), what code may not do (code.go), and how the repository looks from
// outside (shape.go).
package house

// A rule of the house. Its problems each begin with the place: a path, maybe a line.
type rule struct {
	name  string
	fix   string
	check func(*tree) []string
}

var rules = []rule{
	{"packages are documented", "write at least three lines in doc.go that open with the theory of operation", packagesDocumented},
	{"exported names are documented", "put a sentence above it that begins with its name, or make it unexported", namesDocumented},
	{"every package has a room", "move it to a room of the house: cmd/snug, userns, userns/..., idmap, seccomp, cgroupv2 or test", everyPackageHasRoom},
	{"packages are named for what they hold", "name it after the one idea it holds", namesSaySomething},
	{"arrows point down", "pass a value or an interface from the room above instead of the import", arrowsPointDown},
	{"modules stay in their rooms", "do it in the room that owns the module, or add a row to modules in rooms.go and argue for it", modulesStay},
	{"unsafe stays inside", "put the system call in userns/internal/sys and call that", unsafeStays},
	{"only the command exits", "return an error; the command decides about the exit status", onlyCommandExits},
	{"no init functions", "do it where it is needed, or in a sync.OnceValue", noInit},
	{"panics are bugs", "return an error, or call a helper named bug or impossible if no input can lead there", panicsAreBugs},
	{"files are short", "split it by idea; 400 lines are too many to hold in mind", filesAreShort},
	{"nothing is put off", "do it, or open an issue and delete the note", nothingPutOff},
	{"the top level is the plan", "move it into a room", topLevelIsPlan},
}
