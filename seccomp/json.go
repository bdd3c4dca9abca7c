package seccomp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// jsonProfile has the fields of the OCI runtime specification ("linux.seccomp"), those
// that Docker and podman add to it, and places for comments. An unknown field is an error:
// it may be a condition with a typing error.
type jsonProfile struct {
	DefaultAction    string     `json:"defaultAction"`
	DefaultErrno     string     `json:"defaultErrno,omitempty"`
	DefaultErrnoRet  *uint32    `json:"defaultErrnoRet,omitempty"`
	Architectures    []string   `json:"architectures,omitempty"`
	ArchMap          []jsonArch `json:"archMap,omitempty"`
	Syscalls         []jsonRule `json:"syscalls"`
	Flags            []string   `json:"flags,omitempty"` // how to install it; no matter of the profile
	ListenerPath     string     `json:"listenerPath,omitempty"`
	ListenerMetadata string     `json:"listenerMetadata,omitempty"`
	jsonComment
}

type jsonArch struct {
	Architecture     string   `json:"architecture"`
	SubArchitectures []string `json:"subArchitectures"`
	jsonComment
}

type jsonRule struct {
	Name     string    `json:"name,omitempty"`
	Names    []string  `json:"names,omitempty"`
	Action   string    `json:"action"`
	Errno    string    `json:"errno,omitempty"`
	ErrnoRet *uint32   `json:"errnoRet,omitempty"`
	Args     []jsonArg `json:"args,omitempty"`
	Includes jsonScope `json:"includes,omitzero"`
	Excludes jsonScope `json:"excludes,omitzero"`
	jsonComment
}

type jsonArg struct {
	Index    uint8  `json:"index"`
	Value    uint64 `json:"value"`
	ValueTwo uint64 `json:"valueTwo,omitempty"`
	Op       string `json:"op"`
	jsonComment
}

type jsonScope struct {
	Arches    []string `json:"arches,omitempty"`
	Caps      []string `json:"caps,omitempty"`
	MinKernel string   `json:"minKernel,omitempty"`
	jsonComment
}

type jsonComment struct {
	Comment  any `json:"comment,omitempty"`
	Comments any `json:"comments,omitempty"`
	Hidden   any `json:"_comment,omitempty"`
}

// ParseJSON reads a profile of the OCI runtime specification, in Docker's extended form or
// as runc gets it. Where these leave something open it does as libseccomp and runc do:
//
//   - A rule without conditions wins over one with conditions for the same call.
//   - Of rules with conditions that hold at once the first decides. libseccomp has an order
//     of its own there, by argument and operator, in which no profile should trust.
//   - A rule with two conditions on one argument means either of them, not both.
//   - A rule that gives what the default gives is no rule.
//   - errno is EPERM unless it is said otherwise.
//
// archMap and architectures are checked and not used: what may enter is the [Target]'s.
func ParseJSON(text []byte) (*Profile, error) {
	var j jsonProfile
	if err := decode(text, &j); err != nil {
		return nil, err
	}
	p := &Profile{}
	var err error
	if p.Default, err = jsonAction(j.DefaultAction, j.DefaultErrno, j.DefaultErrnoRet); err != nil {
		return nil, at(err, 0, "defaultAction")
	}
	if err := j.checkArchs(); err != nil {
		return nil, err
	}
	for i := range j.Syscalls {
		rules, err := j.Syscalls[i].rules()
		if err != nil {
			return nil, at(err, 0, "syscalls["+strconv.Itoa(i)+"]")
		}
		p.Rules = append(p.Rules, rules...)
	}
	p.asLibseccomp()
	return p, p.Validate()
}

func decode(text []byte, j *jsonProfile) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(j)
	if err == nil {
		if _, err := d.Token(); err != io.EOF {
			return problem("something follows the JSON document")
		}
		return repeatedKey(text)
	}
	offset := d.InputOffset()
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = s.Offset
	}
	if s, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = s.Offset
	}
	return &Error{Line: lineAt(text, offset), Problem: shortened(err.Error(), mostMessage)}
}

// mostMessage bytes are taken over from what a decoder says, which may quote a lot.
const mostMessage = 200

func lineAt(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
}

// jsonActions are constants, not calls of Errno and Trace, which would be made at every start.
var jsonActions = [...]named[Action]{
	{"SCMP_ACT_ALLOW", Allow},
	{"SCMP_ACT_ERRNO", unix.SECCOMP_RET_ERRNO | Action(unix.EPERM)},
	{"SCMP_ACT_KILL", KillThread},
	{"SCMP_ACT_KILL_PROCESS", KillProcess},
	{"SCMP_ACT_KILL_THREAD", KillThread},
	{"SCMP_ACT_LOG", Log},
	{"SCMP_ACT_NOTIFY", Notify},
	{"SCMP_ACT_TRACE", unix.SECCOMP_RET_TRACE | Action(unix.EPERM)},
	{"SCMP_ACT_TRAP", Trap},
}

func jsonAction(name, errno string, number *uint32) (Action, error) {
	a, ok := find(jsonActions[:], name)
	if !ok {
		return 0, unknown("action", name, keys(jsonActions[:]))
	}
	if a&dataMask == 0 {
		return a, nil // a number is ignored, as by runc
	}
	if number == nil && errno == "" {
		return a, nil
	}
	e, known := errnoByName(errno)
	switch {
	case number == nil && !known:
		return 0, problem("unknown errno ", quoted(errno))
	case number == nil:
		return a&actionMask | Action(e), nil
	case known && syscall.Errno(*number) != e:
		return 0, problem(fmt.Sprintf("errno %s isn't errnoRet %d", errno, *number))
	}
	if most := mostData(a); *number > most {
		return 0, problem(fmt.Sprintf("errnoRet %d is more than %d", *number, most))
	}
	return a&actionMask | Action(*number), nil
}

// mostData is the highest number that an action carries.
func mostData(a Action) uint32 {
	if a&actionMask == unix.SECCOMP_RET_ERRNO {
		return maxErrno
	}
	return dataMask
}
