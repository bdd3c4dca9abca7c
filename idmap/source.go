package idmap

import (
	"errors"
	"io/fs"
	"os"
)

// Source is where grants are looked up. The zero value is this machine.
type Source struct {
	// Files holds etc/nsswitch.conf, etc/subuid and etc/subgid.
	// Nil is the machine's root directory.
	Files fs.FS
	// Getsubids gives the output of getsubids(1) for a user, or an error that
	// is [fs.ErrNotExist] where there is no such program.
	// Nil runs the machine's own.
	Getsubids func(k Kind, name string) (string, error)
}

// Subordinate tells which ids this machine grants to a user, besides his own.
// It never gives an empty list: without any, the error is
// [NoSubordinateIDsError].
func Subordinate(k Kind, u User) ([]Range, error) { return Source{}.Subordinate(k, u) }

// Subordinate is as the function of that name, for this source.
//
// newuidmap believes either the files or one plug-in, never both. The plug-in
// can be asked through getsubids only; where that is missing (it came with
// shadow 4.10) the files are the best guess.
func (s Source) Subordinate(k Kind, u User) ([]Range, error) {
	if module := s.module(); module != "" {
		ranges, err := s.ask(k, u, module)
		if !errors.Is(err, fs.ErrNotExist) {
			return ranges, err
		}
	}
	return s.read(k, u)
}

// module names the plug-in. Like shadow, it takes an unreadable nsswitch.conf
// for one that says nothing.
func (s Source) module() string {
	conf, err := fs.ReadFile(s.files(), "etc/nsswitch.conf")
	if err != nil {
		return ""
	}
	return subidModule(string(conf))
}

func (s Source) files() fs.FS {
	if s.Files == nil {
		return os.DirFS("/")
	}
	return s.Files
}
