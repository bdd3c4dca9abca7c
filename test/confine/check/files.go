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
	{"secrets", Critical, "keys, tokens, histories in the home", "none is there", secrets},
	{"start-up-files", Critical, "what the host runs later", "written to a home that is thrown away", startUpFiles},
	{"homes", Critical, "other homes", "/home and /root have nothing of the host's", homes},
	{"tmp", High, "the host's /tmp, /var/tmp, /dev/shm", "others", tmpIsAnother},
	{"run", Critical, "services that listen in /run", "no socket and no pipe is in it", runIsQuiet},
	{"media", Medium, "disks mounted for the user", "/mnt and /media are empty", mediaIsEmpty},
	{"host-writable", Critical, "/etc, /usr and the like", "no directory of the host's is writable", hostWritable},
	{"old-root", Critical, "a root above the root", "chroot and .. find none", oldRoot},
}

func secrets(h *bait.Host) error {
	return each(h.Secrets, func(file string) error {
		if _, err := os.Lstat(file); err == nil {
			return errors.New(file + " is there")
		}
		return refusedWith("opening "+file, tryOpen(file, unix.O_RDONLY), unix.ENOENT, unix.EACCES)
	})
}

// StartUp are files that something on the host runs or obeys later.
var StartUp = []string{
	".bashrc", ".profile", ".zshrc", ".ssh/authorized_keys", ".config/autostart/x.desktop", ".config/systemd/user/x.service",
	".config/environment.d/x.conf", ".local/bin/ls", ".gitconfig", ".npmrc", ".config/fish/config.fish",
}

// startUpFiles writes them, if it can. The test looks whether that got anywhere.
func startUpFiles(h *bait.Host) error {
	for _, name := range StartUp {
		file := filepath.Join(h.Home, name)
		if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
			_ = os.WriteFile(file, []byte(h.Marker), 0o755)
		}
	}
	return nil
}

// homes may be there, as something else of that name.
func homes(h *bait.Host) error {
	for _, name := range list("/home") {
		if dir := "/home/" + name; !within(h.Home, dir) && !onTmpfs(dir) && len(list(dir)) > 0 {
			return fmt.Errorf("%s has %v", dir, list(dir))
		}
	}
	if got := list("/root"); len(got) > 0 {
		return fmt.Errorf("/root has %v", got)
	}
	return nil
}

func within(path, dir string) bool { return strings.HasPrefix(path+"/", dir+"/") }

func tmpIsAnother(h *bait.Host) error {
	for _, file := range []string{h.TmpFile, "/var/tmp/" + filepath.Base(h.TmpFile), "/dev/shm/" + h.ShmFile} {
		if _, err := os.Lstat(file); err == nil {
			return errors.New(file + " is there")
		}
	}
	return nil
}

// runIsQuiet: every agent and service listens somewhere below /run.
func runIsQuiet(*bait.Host) error {
	return filepath.WalkDir("/run", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type()&(fs.ModeSocket|fs.ModeNamedPipe) != 0 {
			return errors.New(path + " is there")
		}
		return nil
	})
}

func mediaIsEmpty(h *bait.Host) error {
	return each([]string{"/mnt", "/media"}, func(dir string) error {
		var st unix.Stat_t
		if err := unix.Stat(dir, &st); err != nil || len(list(dir)) == 0 && st.Dev != h.RootDev {
			return nil
		}
		return errors.New(dir + " is the host's")
	})
}

func list(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// hostWritable looks at every directory of the host's own disk down to the third
// level, and at what everybody may write to by mode.
func hostWritable(h *bait.Host) error {
	private := []string{"/proc", "/sys", "/dev"}
	return filepath.WalkDir("/", func(dir string, d fs.DirEntry, err error) error {
		switch {
		case slices.Contains(private, dir) || dir == h.Project || dir == alias(h.Project):
			return fs.SkipDir
		case dir == "/" || err != nil || !d.IsDir() || onTmpfs(dir):
			return nil
		case unix.Access(dir, unix.W_OK) == nil:
			return errors.New(dir + " is writable")
		case strings.Count(dir, "/") >= 3:
			return fs.SkipDir
		}
		return nil
	})
}

// onTmpfs: what is on one inside is the sandbox's own; another check looks for
// the host's.
func onTmpfs(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) == nil && st.Type == unix.TMPFS_MAGIC
}

// oldRoot: whoever may call chroot can leave one; there must be nothing above.
// In a child, since it changes the root of the whole process.
func oldRoot(h *bait.Host) error {
	out, _ := exec.Command("/proc/self/exe", "escape", h.TmpFile).CombinedOutput()
	if !strings.Contains(string(out), "found nothing") && !strings.Contains(string(out), "operation not permitted") {
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

func tryOpen(file string, flags int) error {
	fd, err := unix.Open(file, flags|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}
