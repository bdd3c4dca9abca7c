package seccomp

import (
	"slices"

	"golang.org/x/sys/unix"
)

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
// A comparison that makes no difference isn't written.
func (s *assembler) branch(op uint16, k uint32, yes, no target, held uint32) target {
	if op == opGreaterEqual && s.atLeast(k, no) == yes {
		return no
	}
	y := s.near(s.behindLoad(yes, held))
	n := s.near(s.behindLoad(no, held))
	b := s.put(op, k)
	s.code[b.at].Jt = uint8(b.at - y - 1)
	s.code[b.at].Jf = uint8(b.at - n - 1)
	return b
}

// atLeast follows the way from t while the accumulator is what it was, and k or more. So it
// is known that the x32 bit needs no test of its own where all high numbers fare alike.
func (s *assembler) atLeast(k uint32, t target) target {
	for t.at != ret {
		switch x := s.code[t.at]; {
		case x.Code == opReturn:
			return returning(Action(x.K))
		case x.Code == opJump:
			t.at -= 1 + int(x.K)
		case x.Code == opGreaterEqual && x.K <= k:
			t.at -= 1 + int(x.Jt)
		case x.Code == opEqual && x.K < k:
			t.at -= 1 + int(x.Jf)
		default:
			return t
		}
	}
	return t
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
	at := s.put(op, k)
	if op == opLoad {
		s.spareMasked(at.at)
	}
	return at
}

// spareMasked looks at the branch behind a load and a mask: a side that begins with just
// these is entered behind them. What [assembler.branch] does for bare loads can be done for
// masked ones only now, since the branch is written first.
func (s *assembler) spareMasked(load int) {
	if load < 2 || s.code[load-1].Code != opAnd || !branches(s.code[load-2]) {
		return
	}
	b := &s.code[load-2]
	b.Jt = s.behindMasked(load, b.Jt)
	b.Jf = s.behindMasked(load, b.Jf)
}

func (s *assembler) behindMasked(load int, jump uint8) uint8 {
	to := load - 3 - int(jump)
	if jump < reach && to > 0 && s.code[to] == s.code[load] && s.code[to-1] == s.code[load-1] {
		return jump + 2
	}
	return jump
}

func branches(x unix.SockFilter) bool { return x.Code&7 == unix.BPF_JMP && x.Code != opJump }

// program gives what was written in the order it runs, without what no jump leads to: the
// loads that were spared.
func (s *assembler) program() []unix.SockFilter {
	p := slices.Clone(s.code)
	slices.Reverse(p)
	place := places(p)
	kept := p[:0]
	for i, x := range p {
		if place[i] == place[i+1] {
			continue
		}
		to := func(jump int) int { return place[i+1+jump] - place[i] - 1 }
		if x.Code == opJump {
			x.K = uint32(to(int(x.K)))
		}
		if branches(x) {
			x.Jt, x.Jf = uint8(to(int(x.Jt))), uint8(to(int(x.Jf)))
		}
		kept = append(kept, x)
	}
	return kept
}

// places tells for each instruction how many in front of it are ever run. As jumps only go
// forward, all that lead to one are known when it is looked at.
func places(p []unix.SockFilter) []int {
	run := make([]bool, len(p)+1)
	run[0] = true
	place := make([]int, len(p)+1)
	for i, x := range p {
		place[i+1] = place[i]
		if !run[i] {
			continue
		}
		place[i+1]++
		switch {
		case x.Code == opJump:
			run[i+1+int(x.K)] = true
		case branches(x):
			run[i+1+int(x.Jt)], run[i+1+int(x.Jf)] = true, true
		case x.Code != opReturn:
			run[i+1] = true
		}
	}
	return place
}
