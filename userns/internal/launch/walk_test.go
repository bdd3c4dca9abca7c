package launch

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Which call of a program fails, and with what. Every program ends with a call
// that can't succeed, so that the last index says that all others did.
func TestWalk(t *testing.T) {
	const last = unix.ENOTTY
	missing := func(p *Program) *Call {
		return p.Add(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text("/nonexistent"), Int(unix.O_RDONLY))
	}
	badFD := func(p *Program) *Call { return p.Add(unix.SYS_CLOSE, Int(-1)) }
	for _, c := range []struct {
		name  string
		build func(p *Program)
		call  int
		errno unix.Errno
	}{
		{"nothing else", func(p *Program) {}, 0, last},
		{"an errno", func(p *Program) { missing(p) }, 0, unix.ENOENT},
		{"the second call's", func(p *Program) { p.Add(unix.SYS_GETPID); badFD(p); missing(p) }, 1, unix.EBADF},
		{"tolerated", func(p *Program) { missing(p).Tolerate(unix.ENOENT) }, 1, last},
		{"tolerated as the second", func(p *Program) { missing(p).Tolerate(unix.EPERM).Tolerate(unix.ENOENT) }, 1, last},
		{"another is tolerated", func(p *Program) { badFD(p).Tolerate(unix.ENOENT).Tolerate(unix.EPERM) }, 0, unix.EBADF},
		{"for that call only", func(p *Program) { missing(p).Tolerate(unix.ENOENT); missing(p) }, 1, unix.ENOENT},
		{"expected", func(p *Program) { p.Add(unix.SYS_GETPID).Expect(1) }, 1, last},
		{"unexpected", func(p *Program) { p.Add(unix.SYS_GETPID).Expect(2) }, 0, unix.ECANCELED},
		{"expected 0", func(p *Program) { p.Add(unix.SYS_GETPID).Expect(0) }, 0, unix.ECANCELED},
		{"expected, but an errno", func(p *Program) { badFD(p).Expect(0) }, 0, unix.EBADF},
		{"expected, but a tolerated errno", func(p *Program) { badFD(p).Expect(0).Tolerate(unix.EBADF) }, 1, last},
		{"unexpected isn't tolerated", func(p *Program) { p.Add(unix.SYS_GETPID).Expect(2).Tolerate(unix.EPERM) }, 0, unix.ECANCELED},
		{"no such system call", func(p *Program) { p.Add(1 << 20) }, 0, unix.ENOSYS},
		{"an address as a result", func(p *Program) { p.Keep(unix.SYS_BRK, Int(0)) }, 1, last},
		{"a slot nobody filled", func(p *Program) {
			fd := p.Keep(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text("/nonexistent"), Int(0))
			p.Calls[0].Tolerate(unix.ENOENT)
			p.Add(unix.SYS_FCNTL, Held(fd), Int(unix.F_GETFD)) // descriptor 0
		}, 2, last},
		{"slots as arguments 1 to 4", slots, 8, last},
		{"a write is short", func(p *Program) { p.WriteFile(Int(unix.AT_FDCWD), "/dev/null", "x"); p.Calls[1].Expect(2) }, 1, unix.ECANCELED},
		{"a place that isn't there", func(p *Program) { p.WriteFile(Int(unix.AT_FDCWD), "/nonexistent", "x") }, 0, unix.ENOENT},
	} {
		t.Run(c.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, v variant) {
				j, _ := v.job(t)
				c.build(j.Program)
				j.Program.Add(unix.SYS_IOCTL, File(FileControl), Int(unix.TCGETS), Int(0))
				child, err := v.start(j)
				f, ok := err.(*Failure)
				if !ok || f.Call != c.call || f.Errno != c.errno || child != nil {
					t.Errorf("got child %v, %v, want call %d: %v", child, err, c.call, c.errno)
				}
			})
		})
	}
}

// slots hands a result on in each place where a program may.
func slots(p *Program) {
	fd := Held(p.Keep(unix.SYS_MEMFD_CREATE, p.Text("x"), Int(0)))
	five := Held(p.Keep(unix.SYS_WRITE, fd, p.Text("12345"), Int(5))) // 1
	p.Add(unix.SYS_FALLOCATE, fd, Int(0), five, five)                 // 1, 3 and 4: 5 bytes at 5
	p.Add(unix.SYS_LSEEK, fd, Int(0), Int(unix.SEEK_END)).Expect(10)
	p.Add(unix.SYS_LSEEK, fd, five, Int(unix.SEEK_SET)).Expect(5) // 2
	p.Add(unix.SYS_READ, fd, p.Bytes(make([]byte, 9)), five).Expect(5)
	p.Add(unix.SYS_CLOSE, fd)
	p.Add(unix.SYS_FCNTL, fd, Int(unix.F_GETFD)).Tolerate(unix.EBADF).Expect(0)
}

func TestCloneFails(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, _ := v.job(t)
		j.Namespaces = unix.CLONE_NEWNS | unix.CLONE_FS // exclude each other
		j.Ready = func(int) error { t.Error("ready without a child"); return nil }
		j.Program.Ready()
		j.Program.Await()
		_, err := v.start(j)
		if f, ok := err.(*Failure); !ok || f.Call != -1 || f.Errno != unix.EINVAL {
			t.Errorf("got %v, want call -1: %v", err, unix.EINVAL)
		}
	})
}

func TestFailureUnwraps(t *testing.T) {
	f := &Failure{Call: 3, Errno: unix.EPERM}
	if f.Unwrap() != unix.EPERM || f.Error() != "call 3: operation not permitted" {
		t.Errorf("got %q, %v", f.Error(), f.Unwrap())
	}
}

// A caller that died before the program began sends no signal any more: the
// program sees that the socket has ended.
func TestBeginNoticesADeadCaller(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, control := v.job(t)
		j.Program.Begin()
		j.Program.Add(unix.SYS_CLOSE, Int(-1))
		unix.Shutdown(control.FD(), unix.SHUT_WR)
		_, err := v.start(j)
		f, ok := err.(*Failure)
		if !ok || f.Errno != unix.ECANCELED || j.Program.Steps[f.Call].Do != "end with the caller" {
			t.Errorf("got %v, want %v where it ends with the caller", err, unix.ECANCELED)
		}
	})
}
