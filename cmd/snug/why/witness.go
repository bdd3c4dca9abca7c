package why

import (
	"slices"
	"sync"

	"snug/seccomp/notify"
	"snug/userns"
)

// Witness is what a report needs to know, for one sandbox. Its View has to be set before the
// command starts.
type Witness struct {
	View View

	mu    sync.Mutex
	files map[string]*file
	nets  map[string]*net
	more  bool // there were some for which there was no room
	root  int  // of the sandbox, 0 until somebody was seen in it
	// mounts is its mount namespace, as /proc says it.
	mounts string
}

// View is the sandbox's, as far as it matters here.
type View struct {
	Place    func(path string) userns.Place
	Homes    []string // of the caller
	Rootfs   bool     // it is made of another root than the host's
	ShareNet bool
	// Nested says that there can be other mount namespaces inside.
	Nested bool
	// Scoped says that abstract sockets end at the sandbox even with the host's network.
	Scoped bool
}

// State says how a file is in the way.
type State uint8

// The states.
const (
	Hidden State = iota
	ReadOnly
	Guarded // read-only, because it makes something run outside later
)

// String is a word for it.
func (s State) String() string { return [...]string{"hidden", "read-only", "protected"}[s] }

// file is a path that somebody reached for in vain, as it is called inside.
type file struct {
	path     string
	state    State
	changes  bool // it was to be written, made or removed
	makes    bool // what matters is the directory around it, since it was to be made or removed
	times    uint64
	programs []string
}

// A command can ask for ever: what is kept has an end.
const (
	mostFiles    = 4096
	mostNets     = 256
	mostPrograms = 8
)

// Saw is told of a call before it is made.
func (w *Witness) Saw(t *notify.Touch) {
	for i := range t.Files {
		if f := w.inside(t.Thread(), &t.Files[i]); f != nil {
			w.keep(f, t)
		}
	}
	for i := range t.Network {
		w.sawAddress(t, &t.Network[i])
	}
}

// keep adds what was seen once more, or for the first time.
func (w *Witness) keep(f *file, t *notify.Touch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := string('0'+byte(f.state)) + f.path
	known := w.files[key]
	switch {
	case known != nil:
		known.changes = known.changes || f.changes
		known.makes = known.makes || f.makes
	case len(w.files) >= mostFiles:
		w.more = true
		return
	default:
		if w.files == nil {
			w.files = map[string]*file{}
		}
		known = f
		w.files[key] = f
	}
	known.times++
	known.programs = withProgram(known.programs, t)
}

// withProgram adds who it was, if there is room.
func withProgram(list []string, t *notify.Touch) []string {
	if len(list) >= mostPrograms {
		return list
	}
	if name := t.Program(); !slices.Contains(list, name) {
		list = append(list, name)
	}
	return list
}
