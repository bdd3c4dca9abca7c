package main

import (
	"math/rand/v2"
	"time"

	"golang.org/x/sys/unix"
)

// call is a system call that does next to nothing, so that its filter can be seen.
type call struct {
	name   string
	number uintptr
	args   [3]uintptr
}

// filteredCalls are of each kind. The kernel remembers which numbers a filter allows
// whatever the arguments, and doesn't run it for them; the others take it each time.
var filteredCalls = []call{
	{"getppid", unix.SYS_GETPPID, [3]uintptr{}},
	{"ioctl", unix.SYS_IOCTL, [3]uintptr{^uintptr(0), unix.TCGETS}},                                    // after all that is refused; no descriptor
	{"socket", unix.SYS_SOCKET, [3]uintptr{unix.AF_INET, unix.SOCK_DGRAM | 0x10, unix.IPPROTO_ICMPV6}}, // the last one allowed; no such flag
	{"keyctl", unix.SYS_KEYCTL, [3]uintptr{^uintptr(0)}},                                               // refused
}

// perSample is how many calls are made between two looks at the clock.
const perSample = 1000

// nanoseconds gives what a call takes, a piece.
func (c *call) nanoseconds() float64 {
	begin := time.Now()
	for range perSample {
		_, _, _ = unix.RawSyscall(c.number, c.args[0], c.args[1], c.args[2])
	}
	return float64(time.Since(begin).Nanoseconds()) / perSample
}

// worker is a thread under a filter that makes calls when asked.
type worker struct {
	asked chan *call
	took  chan float64
}

func (p *program) worker() (*worker, error) {
	w := &worker{make(chan *call), make(chan float64)}
	ready := make(chan error)
	go func() {
		_ = onThread(func() error {
			_, err := p.install()
			ready <- err
			for c := range w.asked {
				c.nanoseconds() // wakes up: caches, and the clock of the processor
				w.took <- c.nanoseconds()
			}
			return nil
		})
	}()
	return w, <-ready
}

// callTimes measures every call under every program: nanoseconds by program, call, round.
func callTimes(programs []program, rounds int) ([][][]float64, error) {
	var workers []*worker
	all := make([][][]float64, len(programs))
	for i := range programs {
		w, err := programs[i].worker()
		if err != nil {
			return nil, err
		}
		defer close(w.asked)
		workers = append(workers, w)
		all[i] = make([][]float64, len(filteredCalls))
	}
	for range rounds {
		for c := range filteredCalls {
			for _, i := range rand.Perm(len(workers)) {
				workers[i].asked <- &filteredCalls[c]
				all[i][c] = append(all[i][c], <-workers[i].took)
			}
		}
	}
	return all, nil
}

// installTimes installs every program many times: microseconds by program and round.
func installTimes(programs []program, rounds int) ([][]float64, error) {
	all := make([][]float64, len(programs))
	for round := -warmUp; round < rounds; round++ {
		for _, i := range rand.Perm(len(programs)) {
			err := onThread(func() error {
				took, err := programs[i].install()
				if round >= 0 {
					all[i] = append(all[i], float64(took.Nanoseconds())/1e3)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
