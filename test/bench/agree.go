package main

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// marked is what the last argument of a call is for which the kernel is only asked.
const marked = 0x736e7567

// answers of a program are errors, also where it would allow a call or kill its caller.
const (
	answerAllow = 4000 + iota
	answerKill
	answerOther
)

// askable gives a program that only answers: it never lets a marked call through, be it
// exit or reboot, and lets all others through, so that Go goes on.
func (p *program) askable() *program {
	low := uint32(16 + 5*8)
	if seccomp.Native().BigEndian() {
		low += 4
	}
	code := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: low},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: marked},
		least.code[0],
	}
	for _, x := range p.code {
		if x.Code == unix.BPF_RET|unix.BPF_K {
			x.K = answer(x.K)
		}
		code = append(code, x)
	}
	return &program{p.name, code}
}

func answer(action uint32) uint32 {
	switch action & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ERRNO:
		return action
	case unix.SECCOMP_RET_ALLOW:
		return unix.SECCOMP_RET_ERRNO | answerAllow
	case unix.SECCOMP_RET_KILL_PROCESS:
		return unix.SECCOMP_RET_ERRNO | answerKill
	}
	return unix.SECCOMP_RET_ERRNO | answerOther
}

// ask gives the answers of a program, those of the kernel. Signals wait meanwhile: their
// handlers make calls that could happen to be marked, with what is left in a register.
func (p *program) ask(all []question) (answers []syscall.Errno, err error) {
	answers = make([]syscall.Errno, len(all))
	err = onThread(func() error {
		every := unix.Sigset_t{}
		for i := range every.Val {
			every.Val[i] = ^every.Val[i]
		}
		if err := unix.PthreadSigmask(unix.SIG_SETMASK, &every, nil); err != nil {
			return err
		}
		if _, err := p.askable().install(); err != nil {
			return err
		}
		for i, q := range all {
			_, _, answers[i] = unix.RawSyscall6(q[0], q[1], q[2], q[3], q[4], 0, marked)
		}
		_, _, _ = unix.RawSyscall6(unix.SYS_GETPPID, 0, 0, 0, 0, 0, 0) // and no mark is left
		return nil
	})
	return answers, err
}

// agree gives an error unless all programs answer all questions alike: a comparison of
// programs that do different things would be none.
func agree(programs []program, all []question) error {
	var first []syscall.Errno
	for i := range programs {
		got, err := programs[i].ask(all)
		if err != nil {
			return err
		}
		if first == nil {
			first = got
		}
		for j := range got {
			if got[j] != first[j] {
				return fmt.Errorf("%s answers %d to call %d %#x, %s %d", programs[i].name, got[j], all[j][0], all[j][1:], programs[0].name, first[j])
			}
		}
	}
	return nil
}
