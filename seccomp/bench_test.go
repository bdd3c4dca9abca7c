package seccomp

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func BenchmarkCompileDefault(b *testing.B) {
	p := defaultProfile(b, Strict)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(p, Target{Arches: []Arch{ArchAMD64}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileDocker(b *testing.B) {
	p := dockers(b)
	for b.Loop() {
		if _, err := Compile(p, Target{Arches: []Arch{ArchAMD64, Arch386}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseDefault(b *testing.B) {
	for b.Loop() {
		defaultProfile(b, Strict)
	}
}

// BenchmarkInstall takes a new thread each time, which ends with its goroutine, and reports
// the median of the installations alone.
func BenchmarkInstall(b *testing.B) {
	f, ok := Default(Strict, Native())
	if !ok {
		b.Skip("no default filter")
	}
	var took []time.Duration
	for b.Loop() {
		done := make(chan error)
		go func() {
			runtime.LockOSThread()
			start := time.Now()
			err := f.Install()
			took = append(took, time.Since(start))
			done <- err
		}()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2]), "ns/install")
}

// BenchmarkCall measures calls under the default filter and, in turns with them, without,
// and reports the best of each: on a machine that others use the mean says nothing.
func BenchmarkCall(b *testing.B) {
	for _, c := range []caller{
		{"getppid", unix.SYS_GETPPID, [3]uintptr{}},
		{"ioctl", unix.SYS_IOCTL, [3]uintptr{^uintptr(0), unix.TCGETS}},
		{"socket", unix.SYS_SOCKET, [3]uintptr{unix.AF_UNIX, 0xf}},
		{"unshare", unix.SYS_UNSHARE, [3]uintptr{0}},
		{"refused", unix.SYS_KEYCTL, [3]uintptr{^uintptr(0)}},
	} {
		b.Run(c.name, c.benchmark)
	}
}

type caller struct {
	name   string
	number uintptr
	args   [3]uintptr
}

func (c caller) benchmark(b *testing.B) {
	f, ok := Default(Strict, Native())
	if !ok {
		b.Skip("no default filter")
	}
	free, filtered := make(chan time.Duration), make(chan time.Duration)
	go c.call(free, nil)
	go c.call(filtered, f)
	best := [2]time.Duration{time.Hour, time.Hour}
	for b.Loop() {
		for i, worker := range []chan time.Duration{free, filtered} {
			worker <- 0
			best[i] = min(best[i], <-worker)
		}
	}
	close(free)
	close(filtered)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(best[0])/round, "ns/free")
	b.ReportMetric(float64(best[1])/round, "ns/filtered")
}

const round = 2000 // calls between two looks at the clock

// call makes a round of calls whenever it is asked, on a thread that ends with it.
func (c caller) call(asked chan time.Duration, f *Filter) {
	runtime.LockOSThread()
	if f != nil {
		_ = f.Install() // TestVictims tells if it doesn't work
	}
	for range asked {
		start := time.Now()
		for range round {
			_, _, _ = unix.RawSyscall(c.number, c.args[0], c.args[1], c.args[2])
		}
		asked <- time.Since(start)
	}
}
