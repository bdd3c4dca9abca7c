package notify

import "net/netip"

// Touch is what a call that the filter allows reaches for. It is as the caller named it in
// its memory, which another thread may change before the kernel looks: good for a report,
// and nothing to decide by.
type Touch struct {
	Call    string // its name
	Files   []File
	Network []Address

	asked *Asked
}

// Thread is the caller's id, in this process's pid namespace.
func (t *Touch) Thread() int { return t.asked.Thread }

// Program names the program that made the call.
func (t *Touch) Program() string { return program(t.asked.Thread) }

// File is a file that a call names.
type File struct {
	// Path is as the caller sees it, from the root of its mount namespace on: not clean,
	// since what ".." leads to depends on links.
	Path string
	Use  Use
	Link bool // a symbolic link at the end isn't followed
}

// Use is what a call does to a file.
type Use uint8

// The uses of a file.
const (
	Look    Use = iota // asks what it is, or goes there
	Read               // its contents
	Run                // executes it
	Connect            // to a socket
	Write              // its contents, mode, owner, times or attributes
	Make               // something that isn't there yet
	Put                // something there, in the place of what was
	Remove
)

// Changes tells whether something is different afterwards.
func (u Use) Changes() bool { return u >= Write }

// Address is where a socket is connected to or a message goes.
type Address struct {
	Where    netip.AddrPort
	Abstract string // the name of an abstract socket, which has no Where
	Query    string // the host name that a message to a name server asks for
}

// Witness hears what a command reaches for. The thread waits meanwhile, and goes on whatever
// comes of it: how long that takes mustn't tell it what it isn't to know.
type Witness interface{ Saw(*Touch) }

// spot is where the arguments of a call name a file.
type spot struct {
	dir, path int8 // of a directory's descriptor, cwd if there is none; of the name
	use       Use
	link      bool
}

// cwd and none stand for an argument that a call doesn't have.
const (
	cwd  = -1
	none = -1
)

// touching are the calls that a witness hears of: what they name, and the argument that has
// more to say about it. Some are among those that [Lesson] doesn't ask about, since a
// thread that waits may be interrupted (see unasked): looking for a file and executing one.
// Without them a report would miss what shells and build tools look for before they open
// anything, which is most of what is hidden. A shell that gets SIGCHLD right then, by a
// handler that doesn't restart calls, finds a file missing: not once in 2800 pipelines; with
// a child in the background, which ends while five files are looked for, in one look of a
// thousand on a busy machine. Nothing else of that list is here.
var touching = [...]struct {
	name  string
	spots []spot
	flags int8
	says  func(*Asked, *File, uint64) // what flags do
}{
	{"open", []spot{{cwd, 0, Read, false}}, 1, opens},
	{"openat", []spot{{0, 1, Read, false}}, 2, opens},
	{"openat2", []spot{{0, 1, Read, false}}, 2, opensHow},
	{"creat", []spot{{cwd, 0, Put, false}}, none, nil},
	{"stat", []spot{{cwd, 0, Look, false}}, none, nil},
	{"stat64", []spot{{cwd, 0, Look, false}}, none, nil},
	{"lstat", []spot{{cwd, 0, Look, true}}, none, nil},
	{"lstat64", []spot{{cwd, 0, Look, true}}, none, nil},
	{"newfstatat", []spot{{0, 1, Look, false}}, 3, follows},
	{"fstatat64", []spot{{0, 1, Look, false}}, 3, follows},
	{"statx", []spot{{0, 1, Look, false}}, 2, follows},
	{"statfs", []spot{{cwd, 0, Look, false}}, none, nil},
	{"access", []spot{{cwd, 0, Look, false}}, 1, accesses},
	{"faccessat", []spot{{0, 1, Look, false}}, 2, accesses},
	{"faccessat2", []spot{{0, 1, Look, false}}, 2, accesses},
	{"readlink", []spot{{cwd, 0, Look, true}}, none, nil},
	{"readlinkat", []spot{{0, 1, Look, true}}, none, nil},
	{"chdir", []spot{{cwd, 0, Look, false}}, none, nil},
	{"execve", []spot{{cwd, 0, Run, false}}, none, nil},
	{"execveat", []spot{{0, 1, Run, false}}, none, nil},
	{"truncate", []spot{{cwd, 0, Write, false}}, none, nil},
	{"truncate64", []spot{{cwd, 0, Write, false}}, none, nil},
	{"chmod", []spot{{cwd, 0, Write, false}}, none, nil},
	{"fchmodat", []spot{{0, 1, Write, false}}, none, nil},
	{"fchmodat2", []spot{{0, 1, Write, false}}, 3, follows},
	{"chown", []spot{{cwd, 0, Write, false}}, none, nil},
	{"lchown", []spot{{cwd, 0, Write, true}}, none, nil},
	{"fchownat", []spot{{0, 1, Write, false}}, 4, follows},
	{"utime", []spot{{cwd, 0, Write, false}}, none, nil},
	{"utimes", []spot{{cwd, 0, Write, false}}, none, nil},
	{"utimensat", []spot{{0, 1, Write, false}}, 3, follows},
	{"setxattr", []spot{{cwd, 0, Write, false}}, none, nil},
	{"lsetxattr", []spot{{cwd, 0, Write, true}}, none, nil},
	{"mkdir", []spot{{cwd, 0, Make, true}}, none, nil},
	{"mkdirat", []spot{{0, 1, Make, true}}, none, nil},
	{"symlink", []spot{{cwd, 1, Make, true}}, none, nil},
	{"symlinkat", []spot{{1, 2, Make, true}}, none, nil},
	{"link", []spot{{cwd, 0, Look, true}, {cwd, 1, Make, true}}, none, nil},
	{"linkat", []spot{{0, 1, Look, true}, {2, 3, Make, true}}, none, nil},
	{"rename", []spot{{cwd, 0, Remove, true}, {cwd, 1, Put, true}}, none, nil},
	{"renameat", []spot{{0, 1, Remove, true}, {2, 3, Put, true}}, none, nil},
	{"renameat2", []spot{{0, 1, Remove, true}, {2, 3, Put, true}}, none, nil},
	{"unlink", []spot{{cwd, 0, Remove, true}}, none, nil},
	{"unlinkat", []spot{{0, 1, Remove, true}}, none, nil},
	{"rmdir", []spot{{cwd, 0, Remove, true}}, none, nil},
	{"connect", nil, none, nil},
	{"sendto", nil, none, nil},
	{"sendmsg", nil, none, nil},
	{"sendmmsg", nil, none, nil},
}

// touchers are their names.
func touchers() (names []string) {
	for i := range touching {
		names = append(names, touching[i].name)
	}
	return names
}
