package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var fileChecks = []Check{
	{"secrets", secrets},
	{"home-is-another", homeIsAnother},
	{"tmp-is-another", tmpIsAnother},
	{"run-is-another", runIsAnother},
	{"nothing-writable", nothingWritable},
	{"old-root", oldRoot},
	{"devices", devices},
	{"mknod", mknod},
	{"bounded-tmpfs", boundedTmpfs},
	{"project-set-user-id", projectSetUserID},
}

func secrets(h *bait.Host) error {
	return each(h.Secrets, func(file string) error {
		if _, err := os.Lstat(file); err == nil {
			return errors.New(file + " is there")
		}
		return refusedWith(unix.ENOENT, "opening "+file, tryOpen(file, unix.O_RDONLY))
	})
}

// homeIsAnother writes what the host would run later. The test looks whether it
// got there.
func homeIsAnother(h *bait.Host) error {
	for _, name := range []string{".bashrc", ".profile", ".ssh/authorized_keys", ".config/autostart/x.desktop",
		".config/systemd/user/x.service", ".config/environment.d/x.conf", ".local/bin/ls", ".gitconfig"} {
		file := filepath.Join(h.Home, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("the home isn't writable: %w", err)
		}
		if err := os.WriteFile(file, []byte(h.Marker), 0o755); err != nil {
			return fmt.Errorf("the home isn't writable: %w", err)
		}
	}
	entries, err := os.ReadDir("/home")
	for _, e := range entries {
		if !strings.HasPrefix(h.Home+"/", "/home/"+e.Name()+"/") && os.Getenv("HOME") != "/home/"+e.Name() && !ownHome(e.Name()) {
			return fmt.Errorf("/home/%s is there", e.Name())
		}
	}
	return err
}

// ownHome: the home of the account, which may not be $HOME, is there and empty.
func ownHome(name string) bool {
	entries, err := os.ReadDir("/home/" + name)
	return err == nil && len(entries) == 0
}

func tmpIsAnother(h *bait.Host) error {
	for _, file := range []string{h.TmpFile, "/var/tmp/" + filepath.Base(h.TmpFile), "/dev/shm/" + h.ShmFile} {
		if _, err := os.Lstat(file); err == nil {
			return errors.New(file + " is there")
		}
	}
	return nil
}

// runIsAnother: every agent and service listens somewhere below /run.
func runIsAnother(h *bait.Host) error {
	want := map[string][]string{"/run": {"lock", "user"}, "/run/user": {fmt.Sprint(h.UID)}, "/run/lock": nil,
		"/run/user/" + fmt.Sprint(h.UID): nil, "/mnt": nil, "/media": nil, "/root": nil}
	for dir, names := range want {
		if got := list(dir); !slices.Equal(got, names) {
			return fmt.Errorf("%s has %v", dir, got)
		}
	}
	return nil
}

func list(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// private are the directories that may be written to.
var private = []string{"/tmp", "/var/tmp", "/dev", "/home", "/root", "/run", "/mnt", "/media", "/proc", "/sys"}

// nothingWritable looks at every directory of the host down to the third level,
// and at what everybody may write to by mode.
func nothingWritable(h *bait.Host) error {
	return filepath.WalkDir("/", func(dir string, d fs.DirEntry, err error) error {
		switch {
		case slices.Contains(private, dir) || dir == h.Project:
			return fs.SkipDir
		case dir == "/" || err != nil || !d.IsDir():
			return nil
		case unix.Access(dir, unix.W_OK) == nil:
			return errors.New(dir + " is writable")
		case strings.Count(dir, "/") >= 3:
			return fs.SkipDir
		}
		return nil
	})
}

// oldRoot: whoever may call chroot can leave one; there must be nothing above.
// In a child, since it changes the root of the whole process.
func oldRoot(h *bait.Host) error {
	out, _ := exec.Command("/proc/self/exe", "escape", h.TmpFile).CombinedOutput()
	want := "found nothing"
	if h.Mode == "self" { // without the capability to begin with
		want = "operation not permitted"
	}
	if !strings.Contains(string(out), want) {
		return fmt.Errorf("%q", out)
	}
	for _, dir := range []string{"/proc/self/root/..", "/..", "/proc/self/cwd/../../../../../../.."} {
		if got := list(dir); !slices.Equal(got, list("/")) {
			return fmt.Errorf("%s is %v", dir, got)
		}
	}
	return nil
}

// Escape leaves a chroot by the book (the current directory stays outside it),
// and looks for a file of the host's.
func Escape(file string) error {
	if err := unix.Chroot("/usr"); err != nil {
		return err
	}
	for range 64 {
		unix.Chdir("..")
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	if _, err := os.Lstat(file); err == nil {
		return errors.New("escaped to " + file)
	}
	fmt.Println("found nothing")
	return nil
}

// devices are all there may be, with their numbers.
func devices(*bait.Host) error {
	want := map[string][2]uint32{"null": {1, 3}, "zero": {1, 5}, "full": {1, 7}, "random": {1, 8}, "urandom": {1, 9}, "tty": {5, 0}}
	links := []string{"fd", "stdin", "stdout", "stderr", "ptmx", "pts", "shm"}
	for _, name := range list("/dev") {
		numbers, node := want[name]
		if !node && !slices.Contains(links, name) {
			return errors.New("/dev/" + name)
		}
		var st unix.Stat_t
		if err := unix.Lstat("/dev/"+name, &st); err != nil {
			return err
		}
		if node && (st.Mode&unix.S_IFMT != unix.S_IFCHR || unix.Major(uint64(st.Rdev)) != numbers[0] || unix.Minor(uint64(st.Rdev)) != numbers[1]) {
			return errors.New("/dev/" + name + " is something else")
		}
		delete(want, name)
	}
	if len(want) > 0 {
		return fmt.Errorf("missing: %v", want)
	}
	return nil
}

func mknod(h *bait.Host) error {
	for _, dir := range []string{"/tmp", "/dev", h.Project} {
		for mode, dev := range map[uint32]int{unix.S_IFBLK: 8 << 8, unix.S_IFCHR: 1<<8 | 1} {
			node := filepath.Join(dir, "node")
			err := unix.Mknod(node, mode|0o666, dev)
			os.Remove(node)
			if err := refusedWith(unix.EPERM, "mknod in "+dir, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// boundedTmpfs: by default the kernel gives each of them half of memory, and
// any number of files.
func boundedTmpfs(*bait.Host) error {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return err
	}
	memory := uint64(info.Totalram) * uint64(info.Unit)
	for _, dir := range []string{"/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/home", "/root"} {
		var st unix.Statfs_t
		if err := unix.Statfs(dir, &st); err != nil {
			return err
		}
		if size := st.Blocks * uint64(st.Bsize); size == 0 || size > memory*3/10 {
			return fmt.Errorf("%s may take %d of %d bytes of memory", dir, size, memory)
		}
		if st.Files == 0 || st.Files > 1<<20 {
			return fmt.Errorf("%s may have %d files", dir, st.Files)
		}
	}
	return nil
}

// projectSetUserID: a program with that bit is as good as its owner to
// whoever finds it. The kernel lets one set it on one's own; it mustn't work in here.
func projectSetUserID(h *bait.Host) error {
	var st unix.Statfs_t
	if err := unix.Statfs(h.Project, &st); err != nil {
		return err
	}
	if st.Flags&unix.ST_NOSUID == 0 {
		return errors.New("the project is mounted without nosuid")
	}
	return nil
}
