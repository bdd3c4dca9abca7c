//go:build vm

package suite

import (
	"strings"
	"testing"

	"snug/test/await"
)

// TestSeccompLog: what --seccomp log has the kernel write, root can read; and it writes
// nothing of a run without that word.
func TestSeccompLog(t *testing.T) {
	user, admin := shell(t, tester), root(t)
	// The number of unshare on amd64, and the action: an errno, with EPERM.
	records := func() int {
		n := 0
		for line := range strings.Lines(admin.ok(t, "dmesg")) {
			if strings.Contains(line, "type=1326") && strings.Contains(line, `comm="unshare"`) &&
				strings.Contains(line, "syscall=272 ") && strings.Contains(line, "code=0x50000") {
				n++
			}
		}
		return n
	}
	before := records()
	user.run(t, "snug", "run", "--no-project", "--", "unshare", "-U", "true")
	if r := user.run(t, "snug", "run", "--no-project", "--seccomp", "log", "--", "unshare", "-U", "true"); r.Code != 1 || !strings.Contains(r.Err, "not permitted") {
		t.Errorf("with the log: %v", r)
	}
	await.True(t, "one record in the kernel's log", func() bool { return records() == before+1 })
}

// TestReportUnderYama: snug looks into its own sandbox, whatever a user may not do to others.
// (At 3 nobody may until the next boot, so that isn't tried.)
func TestReportUnderYama(t *testing.T) {
	user, admin := shell(t, tester), root(t)
	was := admin.ok(t, "cat", "/proc/sys/kernel/yama/ptrace_scope")
	t.Cleanup(func() { admin.ok(t, "sh", "-c", "echo "+was+" >/proc/sys/kernel/yama/ptrace_scope") })
	for scope, ids := range map[string]string{"0": "-r", "1": "-c", "2": "--map-auto"} {
		admin.ok(t, "sh", "-c", "echo "+scope+" >/proc/sys/kernel/yama/ptrace_scope")
		r := user.run(t, "snug", "run", "--no-project", "--report", ids, "-m", "100M", "--", "sh", "-c", "mount -t tmpfs of-the-test /mnt; unshare -U true; echo end")
		if r.Code != 0 || !strings.Contains(r.Err, "1x unshare(CLONE_NEWUSER): EPERM, to unshare") || strings.TrimSpace(r.Out) != "end" {
			t.Errorf("scope %s, %s: %v", scope, ids, r)
		}
		if ids != "-c" && !strings.Contains(r.Err, `mount("of-the-test", "/mnt", "tmpfs", 0, NULL): EPERM, to mount`) {
			t.Errorf("scope %s, %s: its memory was not read: %v", scope, ids, r)
		}
	}
}

// TestLearnOnAnotherKernel: the machine's is older than the one that snug is built on.
func TestLearnOnAnotherKernel(t *testing.T) {
	user := shell(t, tester)
	script := "echo hello | cat; ls / | wc -l; unshare -U true 2>/dev/null"
	user.run(t, "snug", "learn", "--no-project", "-o", "/tmp/learned.profile", "--", "sh", "-c", script)
	if r := user.run(t, "snug", "run", "--no-project", "--seccomp", "/tmp/learned.profile", "--", "sh", "-c", script); !strings.HasPrefix(r.Out, "hello\n") || strings.Contains(r.Err, "snug:") {
		t.Errorf("under what was learned: %v", r)
	}
	if r := user.run(t, "snug", "run", "--no-project", "--seccomp", "/tmp/learned.profile", "--", "uname"); r.Code == 0 {
		t.Errorf("something else: %v", r)
	}
	user.ok(t, "rm", "/tmp/learned.profile")
}
