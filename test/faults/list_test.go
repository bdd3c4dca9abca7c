package faults

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// list is what can go wrong around a sandbox, and the tests that make it go wrong. A test is
// a package and a function, or a session of test/script and a line of it.
var list = []struct {
	fault string
	tests []string
}{
	{"SIGKILL of snug at any moment", []string{"test/faults TestKillAtAnyMoment", "test/bed TestKilledAtAnyMoment", "test/vm/suite TestKilledWhileStarting"}},
	{"SIGKILL of its process group, of pid 1, of the command, of all", []string{"test/faults TestKillOne"}},
	{"SIGKILL of any process of it, at any moment", []string{"test/faults TestKillAnyAtAnyMoment", "test/faults TestHalfIsKilledAtAnyMoment"}},
	{"SIGKILL of the half that makes the sandbox", []string{"test/faults TestHalfIsKilled"}},
	{"SIGKILL of what holds the scope", []string{"test/bed TestKeeperIsKilled"}},
	{"SIGKILL of what started it", []string{"test/faults TestKillParent"}},
	{"SIGKILL while it is stopped", []string{"test/faults TestKillWhileStopped"}},
	{"SIGKILL while it is frozen", []string{"test/bed TestEnds", "test/vm/suite TestTimeoutWhileFrozen"}},
	{"daemonised grandchildren", []string{"test/faults TestDaemons"}},
	{"a fork bomb", []string{"test/faults TestForkBombEnds", "test/vm/suite TestForkBomb"}},
	{"TERM, INT, HUP before there is a command", []string{"test/faults TestSignalTooEarly", "test/faults TestStormFromTheStart"}},
	{"TERM, INT, HUP, USR1 the moment it is there", []string{"test/faults TestSignalAtOnce"}},
	{"storms of WINCH and USR1", []string{"test/faults TestSignalStorm"}},
	{"storms of STOP, CONT, WINCH and what is ignored, at every process", []string{"test/faults TestStormAtAll"}},
	{"STOP and CONT", []string{"test/faults TestStopTooEarly", "test/faults TestStopAndContinue"}},
	{"a terminal that hangs up", []string{"test/script TestHangUp"}},
	{"a terminal after any end", []string{"test/script TestTerminalRestored"}},
	{"children that are somebody else's", []string{"test/faults TestForeignChild"}},
	{"what the caller left open", []string{"test/faults TestNothingHeld", "script errors_stdio: Nothing but the three is inherited"}},

	{"closed stdio", []string{"script errors_stdio: Each of the standard streams may be closed"}},
	{"full stdio", []string{"script errors_stdio: A stream that is full"}},
	{"a full pipe that nobody reads", []string{"test/faults TestNobodyReads"}},
	{"a reader that leaves (SIGPIPE)", []string{"script run_streams: A reader that leaves ends the writer", "script status: readers that leave or never came"}},
	{"a full /dev/full as status file", []string{"script status: --status-file /dev/full"}},
	{"EMFILE, ulimit -n 3 and more", []string{"script errors_limits: Few descriptors"}},
	{"ENFILE", []string{"userns TestDiagnoses"}},
	{"ulimit -u 1 and more", []string{"script errors_limits: Few processes"}},
	{"ENOMEM, ulimit -v", []string{"script errors_limits: Little address space", "userns TestDiagnoses"}},
	{"ulimit -f 0", []string{"script errors_limits: No file may be written"}},
	{"ENOSPC inside, in the project, in the host's /tmp", []string{"test/faults TestFull"}},
	{"ENOSPC for the status file", []string{"test/faults TestStatusWithoutRoom"}},
	{"a project that vanishes", []string{"test/faults TestProjectVanishes"}},

	{"a read-only root, a full root, a root of tmpfs", []string{"test/faults TestRoots"}},
	{"no /proc, /tmp, /dev, /etc, /sys, /home, /run outside", []string{"test/faults TestRoots"}},
	{"something else on /proc", []string{"script errors_machine: No /proc at all"}},
	{"a masked /proc", []string{"script errors_machine: Parts of /proc are masked", "script view_noproc: In a container's /proc"}},
	{"a masked /sys", []string{"script errors_machine: The same for /sys"}},
	{"a chroot", []string{"script errors_machine: In a chroot"}},
	{"a program that can't read itself", []string{"script errors_machine: A program that may be run but not read"}},
	{"no HOME, no PATH, no USER", []string{"script view_start: HOME may be unset or wrong", "script view_start: So may PATH, and USER"}},
	{"no newuidmap, or one without privilege", []string{"script errors_ids: The helper is missing, or has no privilege"}},
	{"a newuidmap that hangs, lies, fails, dies", []string{"test/faults TestBrokenHelper", "idmap TestWriteStops", "idmap TestWriteDiagnoses"}},
	{"no sub-ids, or broken files of them", []string{"script errors_ids: No subordinate ids", "script errors_ids: A file that isn't one"}},
	{"sub-ids of another user", []string{"test/faults TestOthersIDs"}},
	{"max_user_namespaces reached, or 0", []string{"script errors_machine: User namespaces are switched off", "script errors_machine: Only so many", "test/faults TestNamespacesReturn"}},
	{"unprivileged_userns_clone=0", []string{"userns TestDiagnoses", "test/vm/suite TestDoctorOnUserns"}},
	{"AppArmor's restriction", []string{"userns TestDiagnoses", "cmd/snug TestDoctorAgreesWithRun", "userns/probe TestLoadProfile"}},
	{"a filter that refuses clone, mount, pivot_root, sethostname", []string{"script nested_around: A filter that lets nobody make user namespaces", "script nested_around: A filter that forbids something else"}},
	{"a kernel without a feature", []string{"userns TestLandlockStates", "test/vm/suite TestLearnOnAnotherKernel"}},
	{"nested in snug", []string{"script process_nested: snug in snug", "script nested_around: Inside snug itself"}},
	{"nested in bubblewrap", []string{"script nested_around: In bubblewrap"}},
	{"nested in podman", []string{"test/bed TestInPodman", "test/bed TestInPodmanConfined", "test/bed TestInPodmanDoctor"}},
	{"nested in docker", []string{"cmd/snug TestDoctorAgreesWithRun", "script nested_around: A filter that lets nobody make user namespaces"}},

	{"no D-Bus", []string{"cgroupv2 TestNobody", "test/vm/suite TestNobodyToAsk"}},
	{"a D-Bus that hangs, at authentication too", []string{"cgroupv2 TestSilence", "script limits_silent: "}},
	{"a D-Bus that lies", []string{"cgroupv2 TestLie", "script limits_hostile: "}},
	{"a D-Bus that breaks off", []string{"cgroupv2 TestDrops"}},
	{"systemd re-executing", []string{"test/vm/suite TestReexec", "test/vm/suite TestManagerRestarts"}},
	{"a scope that is stopped, or whose directory vanishes", []string{"test/bed TestScopeIsStopped", "cgroupv2 TestTreeVanishes"}},
	{"limits that are accepted and not held", []string{"test/bed TestUnenforcedLimitsAreRefused"}},

	{"10 000 in a row", []string{"test/faults TestManyRuns", "test/faults TestManyCommands"}},
	{"500 at once", []string{"test/faults TestAtOnce", "test/bed TestManyAtOnce"}},
	{"arguments and environment up to what the kernel takes, and more", []string{"test/faults TestLargest", "script run_arguments: More than that is a clear error"}},
	{"names that are not UTF-8, with newlines, with control characters", []string{"script view_names: bytes that are no UTF-8", "script errors_text: "}},
	{"a path of 4000 bytes, names of 255", []string{"script view_names: Names that long"}},
	{"a directory that is too deep for a path", []string{"test/faults TestTooDeep"}},
	{"symlink loops", []string{"test/faults TestOddProjects", "script view_links: "}},
	{"a current directory that was removed", []string{"script errors_cwd: The current directory has been removed"}},
	{"a current directory that can't be read or entered", []string{"script errors_cwd: It can be entered but not read"}},
	{"a current directory that was unmounted", []string{"script errors_cwd: after a lazy unmount"}},
	{"a clock that jumps", []string{"test/faults TestClockOfTheDay", "test/faults TestOtherClocks"}},
	{"a hostile tree: links, FIFOs, sockets, odd modes and names", []string{"test/faults TestOddProjects"}},
	{"a hostile tree: device nodes", []string{"test/faults TestDeviceNodes"}},
}

var listed = regexp.MustCompile(`^(script \w+: .*|[a-z0-9/]+ Test\w+)$`)

// TestListIsTrue: every test that the list names is there, and every test of this package is
// in the list.
func TestListIsTrue(t *testing.T) {
	const top = "../.."
	named := map[string]bool{"TestListIsTrue": true, "TestMain": true}
	for _, l := range list {
		for _, test := range l.tests {
			if !listed.MatchString(test) {
				t.Errorf("%s: %q names no test", l.fault, test)
				continue
			}
			where, what, _ := strings.Cut(test, " ")
			if where == "script" {
				session, line, _ := strings.Cut(what, ": ")
				if !holdsText(t, filepath.Join(top, "test/script/testdata/script", session+".txtar"), line) {
					t.Errorf("%s: there is no session %s", l.fault, what)
				}
				continue
			}
			if !holdsText(t, filepath.Join(top, where, "*_test.go"), "\nfunc "+what+"(t *testing.T)") {
				t.Errorf("%s: there is no %s in %s", l.fault, what, where)
			}
			if where == "test/faults" {
				named[what] = true
			}
		}
	}
	for _, name := range testsHere(t) {
		if !named[name] {
			t.Errorf("%s is of no fault in the list", name)
		}
	}
}

// holdsText says whether one of the files has that text.
func holdsText(t *testing.T, pattern, text string) bool {
	t.Helper()
	files, err := filepath.Glob(pattern)
	must(t, err)
	return slices.ContainsFunc(files, func(file string) bool {
		b, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(b), text)
	})
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

func testsHere(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	must(t, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		must(t, err)
		for _, m := range testFunc.FindAllStringSubmatch(string(b), -1) {
			names = append(names, m[1])
		}
	}
	return names
}
