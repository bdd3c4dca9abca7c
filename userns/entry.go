package userns

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns/caps"
	"snug/userns/landlock"
)

// Entry is what has to be known of a sandbox to enter it: of its plan, what isn't in its
// namespaces already. It can be kept as JSON, see [Entry.AppendJSON]. Whoever can change that decides how far a
// command that enters may reach.
type Entry struct {
	Share      Share    `json:"share"`
	Env        []string `json:"env"`
	Dir        string   `json:"dir"`
	Caps       caps.Set `json:"caps"`
	Ambient    bool     `json:"ambient"`
	DropGroups bool     `json:"drop_groups"`

	// Filter are the instructions of the filter, each a struct sock_filter in the machine's
	// own order. Filtered says that there is one.
	Filtered  bool   `json:"filtered"`
	Filter    []byte `json:"filter"`
	FilterLog bool   `json:"filter_log"`

	Landlock landlock.Domain `json:"landlock"`
	Rlimits  []Rlimit        `json:"rlimits"`
}

// Entry gives what has to be known to enter the sandbox of that plan.
func (p *Plan) Entry() *Entry {
	e := &Entry{
		Share: p.Share, Env: p.Env, Dir: p.Dir, Caps: p.Caps, Ambient: p.Ambient, DropGroups: p.HelpGIDs,
		FilterLog: p.FilterFlags&unix.SECCOMP_FILTER_FLAG_LOG != 0, Landlock: p.enteredDomain(), Rlimits: p.Rlimits,
	}
	filter := p.Filter
	if p.Supervisor != nil {
		filter = p.Answers // what the supervisor is asked, and answers: there is none inside
	}
	if filter != nil {
		e.Filtered, e.Filter = true, packed(filter.Raw())
	}
	return e
}

// enteredDomain is the domain of those who enter. It is another than that of those who are
// inside, with the same rules: the kernel lets nobody join one. Its scopes would part the two,
// so they are left to the namespaces where these hold the same.
func (p *Plan) enteredDomain() landlock.Domain {
	d := p.Landlock
	if p.Share&ShareNet == 0 {
		d.Scope &^= landlock.Sockets
	}
	if p.Share&SharePID == 0 {
		d.Scope &^= landlock.Signals
	}
	return d
}

func packed(code []unix.SockFilter) []byte {
	b := make([]byte, 0, 8*len(code))
	for _, c := range code {
		b = binary.NativeEndian.AppendUint16(b, c.Code)
		b = append(b, c.Jt, c.Jf)
		b = binary.NativeEndian.AppendUint32(b, c.K)
	}
	return b
}

// unpacked is the other way. It makes no difference what is in it: the kernel checks.
func unpacked(b []byte) *seccomp.Filter {
	var code []unix.SockFilter
	for ; len(b) >= 8; b = b[8:] {
		code = append(code, unix.SockFilter{Code: binary.NativeEndian.Uint16(b), Jt: b[2], Jf: b[3], K: binary.NativeEndian.Uint32(b[4:])})
	}
	return seccomp.Raw(code)
}
