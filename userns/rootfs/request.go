package rootfs

// Request says what the view is to be.
type Request struct {
	// Root is the directory whose entries make up the view: "/" or a root
	// file system. RootWritable leaves the writable parts of it writable.
	Root         string
	RootWritable bool

	// Project is bound read-write at its own path; "" binds nothing.
	// ProjectReadOnly binds it read-only.
	Project         string
	ProjectReadOnly bool
	// Guards hold names below Project as they are.
	Guards []Guard

	// Hide are the directories that are private and empty inside, where Root
	// has them.
	Hide []string
	// Homes are the user's own directories, private and writable unless a
	// mount says otherwise; Runtime is made for him, mode 0700.
	Homes   []string
	Runtime string

	// Secrets are names in each of Homes that are hidden wherever a wish or the project shows
	// what is above them, unless a wish is for one of them.
	Secrets []string

	// Mounts are the user's wishes, in his order: a later one wins.
	Mounts []Mount

	// HostProc and HostSys bind the host's /proc and /sys instead of mounting
	// fresh ones, as a shared pid or net namespace makes necessary.
	HostProc, HostSys bool
	// MaskProc makes the parts of /proc that configure the machine read-only,
	// for a user whom the kernel takes for the machine's own root.
	MaskProc bool
	// MaskSys empties the parts of /sys that tell most about the machine. With
	// them covered nobody in a user namespace inside can mount a fresh /sys.
	MaskSys bool
}

// MountKind is what a [Mount] makes.
type MountKind uint8

// The kinds of a [Mount].
const (
	Bind MountKind = iota
	Tmpfs
	Dir
	Link
)

// Mount is one wish.
type Mount struct {
	Kind     MountKind
	Source   string // Bind: absolute path outside; Link: what the link says
	Target   string // absolute path inside
	ReadOnly bool   // Bind
	Devices  bool   // Bind: device nodes work
	Optional bool   // Bind: a missing Source is no error
	Size     string // Tmpfs: as tmpfs(5) takes it, "" for the default
	Flag     string // how the user said it, for errors
}

// Step is one thing to do to make the view, in order. Paths are relative to the
// new root; "" is the root itself.
type Step struct {
	Op   Op     `json:"op"`
	Path string `json:"path"`
	// Source: OpBind: absolute path outside, or inside if Inner.
	// OpHold: the project's place inside.
	Source string `json:"source,omitempty"`
	Inner  bool   `json:"inner,omitempty"`
	Link   string `json:"link,omitempty"`
	Mode   uint32 `json:"mode,omitempty"`
	Size   string `json:"size,omitempty"`
	// Hold is how an OpHold holds Path.
	Hold Hold `json:"hold,omitempty"`
	// What a bind is allowed. All are nosuid.
	ReadOnly bool `json:"read_only,omitempty"`
	Devices  bool `json:"devices,omitempty"`
	NoExec   bool `json:"no_exec,omitempty"`
	// File says that what a bind shows is no directory.
	File bool `json:"-"`
	// Fresh says that Path lies in directories that earlier steps made, where
	// there is nothing to be led astray by.
	Fresh bool `json:"-"`
}

// Op is what a [Step] does.
type Op string

// The operations.
const (
	OpMkdir   Op = "mkdir"
	OpMkfile  Op = "mkfile"
	OpSymlink Op = "symlink"
	OpBind    Op = "bind"
	OpTmpfs   Op = "tmpfs"
	OpProc    Op = "proc"
	OpSysfs   Op = "sysfs"
	OpDevpts  Op = "devpts"
	OpHold    Op = "hold"
	OpRemove  Op = "remove"
)

// Error is a wish that can't be had.
type Error struct {
	Flag   string // how it was said, or what it is for
	Path   string
	Reason string
	Fix    string
	Err    error // the kernel's, if it was asked
}

func (e *Error) Error() string {
	s := e.Flag + " " + e.Path
	if e.Err != nil {
		return s + ": " + e.Err.Error()
	}
	return s + ": " + e.Reason
}

// Unwrap returns the errno behind the error, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// Cause says why.
func (e *Error) Cause() string { return e.Reason }

// Hint says what to do about it.
func (e *Error) Hint() string {
	if e.Fix == "" {
		return "check the path, or choose another place inside, such as one below /tmp"
	}
	return e.Fix
}
