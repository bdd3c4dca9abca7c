package seccomp

import "golang.org/x/sys/unix"

// assembler writes a program from its end to its start. BPF only jumps forward, so when an
// instruction is written all it can go to has its place, and each distance is known.
type assembler struct {
	code []unix.SockFilter // the last instruction first
	rets []target          // where each action was returned last
}

// target is somewhere to go on: the return of an action, or an instruction.
type target struct {
	action Action
	at     int // index in code; ret: none was chosen yet
}

const ret = -1

func returning(a Action) target { return target{a, ret} }

// The instructions of seccomp's dialect that are used here.
const (
	opLoad         = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	opAnd          = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
	opJump         = unix.BPF_JMP | unix.BPF_JA
	opEqual        = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	opGreater      = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	opGreaterEqual = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	opReturn       = unix.BPF_RET | unix.BPF_K
)

// reach is how far a branch goes, 255, less the instruction that making the way for its
// other side may put in between.
const reach = 255 - 1

func (s *assembler) put(op uint16, k uint32) target {
	s.code = append(s.code, unix.SockFilter{Code: op, K: k})
	return target{at: len(s.code) - 1}
}

// nothing is held in the accumulator that a load could be spared for.
const nothing = ^uint32(0)

// branch compares the accumulator with k. held is the word of seccomp_data that is in it:
// a side that begins by loading just that is entered behind the load.
func (s *assembler) branch(op uint16, k uint32, yes, no target, held uint32) target {
	y := s.near(s.behindLoad(yes, held))
	n := s.near(s.behindLoad(no, held))
	b := s.put(op, k)
	s.code[b.at].Jt = uint8(b.at - y - 1)
	s.code[b.at].Jf = uint8(b.at - n - 1)
	return b
}

func (s *assembler) behindLoad(t target, held uint32) target {
	if t.at != ret && s.code[t.at].Code == opLoad && s.code[t.at].K == held {
		t.at--
	}
	return t
}

// near finds an instruction within reach that goes to t, or writes one.
func (s *assembler) near(t target) int {
	if t.at == ret {
		return s.nearReturn(t.action)
	}
	if distance := len(s.code) - t.at; distance > reach {
		return s.put(opJump, uint32(distance-1)).at
	}
	return t.at
}

func (s *assembler) nearReturn(a Action) int {
	for i := range s.rets {
		r := &s.rets[i]
		if r.action != a {
			continue
		}
		if len(s.code)-r.at > reach {
			r.at = s.put(opReturn, uint32(a)).at
		}
		return r.at
	}
	r := s.put(opReturn, uint32(a))
	s.rets = append(s.rets, target{a, r.at})
	return r.at
}

// then puts an instruction that doesn't jump in front of t.
func (s *assembler) then(op uint16, k uint32, t target) target {
	if t.at == ret {
		t = s.put(opReturn, uint32(t.action))
	}
	if distance := len(s.code) - 1 - t.at; distance > 0 {
		s.put(opJump, uint32(distance))
	}
	return s.put(op, k)
}

// program gives what was written in the order it runs.
func (s *assembler) program() []unix.SockFilter {
	p := make([]unix.SockFilter, len(s.code))
	for i, x := range s.code {
		p[len(p)-1-i] = x
	}
	return p
}
