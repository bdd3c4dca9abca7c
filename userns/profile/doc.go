// Package profile reads what a sandbox is to be like from a file, and merges such files.
//
//	p, err := profile.Parse("mine", "/home/me/.config/snug/profiles/mine.toml", text)
//	go, _ := profile.Builtin("go")
//	stack := profile.Stack{go, p} // p over go
//
// # Theory of operation
//
// A profile is a partial wish: TOML, whose keys are the long flags of `snug run` and mean the
// same. What it doesn't say, it leaves to others:
//
//	profile   = ["go"]                  # others, which this one is over
//	share-net = false                   # a switch can be turned off again
//	memory    = "2G"
//	ro-try    = ["~/.cargo/bin"]        # -try passes over what isn't there
//	cache     = ["~/.cache/go-build"]   # a directory of the sandbox's own, kept for the project
//	env       = ["GOFLAGS=-mod=readonly"]
//
// [Parse] takes a text apart and keeps of every value where it stands, so that whoever finds
// fault with it later can underline it ([Value.Wrong]). What no sandbox could mean is refused
// at once: unknown keys (with the nearest that is known), kinds, relative paths, variables.
//
// A [Stack] is profiles in their order, later ones over earlier ones: of a switch or a text
// the last one that is said holds, lists are put one behind the other, and of keys that
// exclude each other (see the table in key.go) the last one takes the others back. Among the
// mounts of one profile the longer path comes later, and so is seen: "rw ~/x" and
// "ro ~/x/keys" mean the same in any order.
//
// ~ is the user's home and is put in late ([Places]). Nothing else is expanded: a profile
// means the same whatever the environment says, since the environment must not loosen a
// sandbox. [Stack.Loosens] says in sentences what a profile takes away from the confinement
// of a sandbox without one; it is what a person reads before saying yes.
//
// The room is pure: it reads no file and knows no machine. Who may be asked for a profile,
// and what of a project's own is believed, is for the caller; [Allowed] is the list of the
// files that somebody has said yes to, by their content.
package profile
