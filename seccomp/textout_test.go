package seccomp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

// TestTextOut: what is said in the usual way is written as it was said.
func TestTextOut(t *testing.T) {
	for _, line := range []string{
		"",
		"allow open read",
		"errno EAFNOSUPPORT open", "errno 400 open", "errno 0 open", "trace 65535 open",
		"kill open", "kill-thread open", "notify open", "trap open",
		"log open if arg1 != 0x100000000 and arg2 <= 999",
		"allow open if arg5 >= 3", "allow open if arg0 > 1000", "allow open if arg0 < 1",
		"errno EPERM ioctl if int1 == TIOCSTI,TIOCLINUX,TIOCSETD",
		"allow ioctl if arg1 == TIOCSTI,0,0x541d",
		"allow open if int1 == 0x5412",
		"allow mknod if int1 & S_IFMT == 0,S_IFREG,S_IFIFO,S_IFSOCK",
		"allow mknodat if int2 & S_IFMT == S_IFCHR and int3 == 0",
		"allow personality if int0 == PER_LINUX,PER_LINUX32,UNAME26,PER_LINUX32|UNAME26,0xffffffff",
		"allow clone if int0 & CLONE_NEWNET|CLONE_NEWNS == 0 not-on s390x",
		"allow clone if int1 & CLONE_NEWNS|0x1000 == 0 on s390x",
		"allow unshare if arg0 within CLONE_FILES|CLONE_FS",
		"allow unshare if int0 within CLONE_FILES|CLONE_FS|16",
		"allow unshare if int0 & 3 == 0",
		"allow socket if int0 == AF_NETLINK and int2 == NETLINK_ROUTE",
		"allow socket if int0 == AF_INET,AF_INET6 and int1 & SOCK_TYPE_MASK == SOCK_STREAM and int2 == 0,IPPROTO_TCP",
		"allow socket if int0 == AF_UNIX and int2 == 6",
		"allow socket if int2 == 6 and arg0 > 1",
		"allow socket socketpair if int0 == AF_UNIX",
		"allow socket connect if int0 == 1",
		"errno ENOSYS socketcall if int0 == SYS_SOCKET,SYS_SOCKETPAIR",
		"allow open on amd64,arm64,mips with CAP_CHOWN,CAP_KILL since 4.8 not-on arm,x32 without CAP_CHECKPOINT_RESTORE before 5.10",
		"allow open if arg0 == 1 since 0.1",
	} {
		text := "default log\n"
		if line != "" {
			text += "\n" + line + "\n"
		}
		p, err := ParseText(text)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if diff := cmp.Diff(text, p.Text()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTextOutOdd: what can be said only in Go, or is said in a roundabout way.
func TestTextOutOdd(t *testing.T) {
	masked := func(mask, value uint64) []Cond { return []Cond{{Op: MaskedEqual, Mask: mask, Value: value}} }
	for want, r := range map[string]Rule{
		"kill-thread open if arg0 == 5\n":                         {Conds: masked(^uint64(0), 5)},
		"kill-thread open if int0 & 0 == 0\n":                     {Conds: masked(0, 0)},
		"kill-thread open if arg0 & 0xff00000000 == 0\n":          {Conds: masked(0xff<<32, 0)},
		"kill-thread open if arg0 & 0xffffffff00000000 == 0\n":    {Conds: masked(^uint64(Low), 0)},
		"kill-thread open if int0 within 0x7fff\n":                {Conds: masked(0xffff8000, 0)},
		"kill-thread open if int0 within 0xfffe\n":                {Conds: masked(0xffff0001, 0)},
		"kill-thread open if arg0 & 0x100000001 == 0x100000000\n": {Conds: masked(1<<32|1, 1<<32)},
		"": {Conds: masked(1, 2)},
	} {
		r.Names = []string{"open"}
		p := &Profile{Default: Log, Rules: []Rule{r}}
		if diff := cmp.Diff("default log\n\n"+want, p.Text()); diff != "" {
			t.Error(diff)
		}
	}
	invalid := &Profile{Default: 5, Rules: []Rule{{}, {Names: []string{"a"}, Conds: []Cond{{Op: 99, Arg: 9}}}}}
	if _, err := ParseText(invalid.Text()); err == nil {
		t.Error("an invalid profile was written and read")
	}
}

// TestTextOutWraps repeats the statement on lines that are no longer than they have to be.
func TestTextOutWraps(t *testing.T) {
	p := dockers(t)
	text := p.Text()
	for line := range strings.Lines(text) {
		if names := strings.Count(line, " "); len(line) > lineWidth+1 && !strings.Contains(line, " if ") && names > 1 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
	again, err := ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, again.Text()); diff != "" {
		t.Error(diff)
	}
}

// TestTextOutDefault: the default profile comes back name by name.
func TestTextOutDefault(t *testing.T) {
	for _, v := range []Variant{Strict, Userns} {
		p := defaultProfile(t, v)
		again, err := ParseText(p.Text())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(nameByName(p), nameByName(again), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// nameByName makes of each rule as many as it has names.
func nameByName(p *Profile) (all []Rule) {
	for _, r := range p.Rules {
		for _, name := range r.Names {
			r.Names = []string{name}
			all = append(all, r)
		}
	}
	return all
}

func TestActionsAreWritten(t *testing.T) {
	for data := range Action(0x10000) {
		for _, kind := range []Action{Allow, Log, Notify, Trap, KillProcess, KillThread, Trace(0), unix.SECCOMP_RET_ERRNO} {
			a := kind | data
			if !a.valid() {
				continue
			}
			if p, err := ParseText(fmt.Sprintln("default", a)); err != nil || p.Default != a {
				t.Fatalf("%#x: %s, %v", uint32(a), a, err)
			}
		}
	}
}
