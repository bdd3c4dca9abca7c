package confine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
	"snug/test/script/built"
)

// secrets are files of the kind that programs look for, below the home.
var secrets = []string{
	".ssh/id_ed25519", ".ssh/authorized_keys", ".aws/credentials", ".gnupg/private-keys-v1.d/x.key", ".netrc",
	".config/gcloud/credentials.db", ".kube/config", ".docker/config.json", ".config/gh/hosts.yml", ".npmrc", ".pypirc",
	".mozilla/firefox/x/logins.json", ".config/google-chrome/Default/Cookies", ".bash_history", ".password-store/x.gpg",
	".local/share/keyrings/login.keyring", ".bashrc", ".profile", ".gitconfig", "Documents/letter.txt", "other/project/file",
}

// secretNames are variables of the kind that holds secrets or leads to services.
var secretNames = []string{
	"AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PASSWORD", "MY_API_KEY", "CLIENT_SECRET", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS",
	"DOCKER_HOST", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "TMUX", "NOTIFY_SOCKET", "LD_LIBRARY_PATH",
}

// lay puts bait everywhere. The host it returns lacks only what depends on the
// sandbox.
func lay(t *testing.T) *bait.Host {
	t.Helper()
	dir := t.TempDir()
	h := &bait.Host{
		UID: os.Getuid(), GID: os.Getgid(), Umask: umask(),
		Marker: "snug-test-" + strconv.Itoa(os.Getpid()), Flag: "--unsetenv", Env: secretNames,
		Home: filepath.Join(dir, "home"), Project: filepath.Join(dir, "project"), TmpFile: filepath.Join(dir, "outside"),
		Namespaces: map[string]string{},
	}
	must(t, os.MkdirAll(h.Project, 0o755))
	must(t, os.Link(built.Path("scout"), filepath.Join(h.Project, "scout")))
	must(t, os.WriteFile(h.TmpFile, nil, 0o644))
	for _, name := range secrets {
		file := filepath.Join(h.Home, name)
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte("secret"), 0o644))
		h.Secrets = append(h.Secrets, file)
	}
	for _, name := range []string{"user", "mnt", "pid", "ipc", "uts", "cgroup", "net"} {
		link, err := os.Readlink("/proc/self/ns/" + name)
		must(t, err)
		h.Namespaces[name] = link
	}
	var st unix.Stat_t
	must(t, unix.Stat("/", &st))
	h.RootDev = st.Dev
	layProcess(t, h)
	laySockets(t, h, dir)
	layMemory(t, h)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func umask() int {
	mask := unix.Umask(0o022)
	unix.Umask(mask)
	return mask
}

// layProcess starts one with a name that is easy to find.
func layProcess(t *testing.T, h *bait.Host) {
	cmd := exec.Command(built.Path("scout"), "wait", h.Marker)
	cmd.Env = []string{"MARKER=" + h.Marker}
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
}

// laySockets listens on everything that has an address.
func laySockets(t *testing.T, h *bait.Host, dir string) {
	h.Abstract = h.Marker
	h.Unix = []string{filepath.Join(h.Home, "agent.sock"), filepath.Join(dir, "agent.sock")}
	listen := func(network, address string) string {
		l, err := net.Listen(network, address)
		must(t, err)
		t.Cleanup(func() { l.Close() })
		return l.Addr().String()
	}
	listen("unix", "@"+h.Abstract)
	for _, path := range h.Unix {
		listen("unix", path)
	}
	h.TCP = []string{listen("tcp4", "127.0.0.1:0")}
	_, port, err := net.SplitHostPort(listen("tcp", ":0"))
	must(t, err)
	addresses, err := net.InterfaceAddrs()
	must(t, err)
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLinkLocalUnicast() {
			h.TCP = append(h.TCP, net.JoinHostPort(ip.IP.String(), port))
		}
	}
}

// layMemory makes what System V and POSIX have names for.
func layMemory(t *testing.T, h *bait.Host) {
	key := os.Getpid()<<8 | 1
	h.ShmKey, h.SemKey, h.MsgKey = key, key+1, key+2
	make := func(get, control uintptr, args ...uintptr) {
		id, _, errno := unix.Syscall(get, args[0], args[1], args[2])
		if errno != 0 {
			t.Fatal(errno)
		}
		t.Cleanup(func() { unix.Syscall6(control, id, args[3], args[4], 0, 0, 0) })
	}
	const mode = unix.IPC_CREAT | 0o600
	make(unix.SYS_SHMGET, unix.SYS_SHMCTL, uintptr(h.ShmKey), 4096, mode, unix.IPC_RMID, 0)
	make(unix.SYS_SEMGET, unix.SYS_SEMCTL, uintptr(h.SemKey), 1, mode, 0, unix.IPC_RMID)
	make(unix.SYS_MSGGET, unix.SYS_MSGCTL, uintptr(h.MsgKey), mode, 0, unix.IPC_RMID, 0)

	h.Queue = h.Marker
	name, err := unix.BytePtrFromString(h.Queue)
	must(t, err)
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(name)), unix.O_CREAT|unix.O_RDWR, 0o600, 0, 0, 0)
	if errno != 0 && !errors.Is(errno, unix.ENOSYS) {
		t.Fatal("mq_open: ", errno)
	}
	t.Cleanup(func() {
		unix.Close(int(fd))
		unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(name)), 0, 0)
	})

	h.ShmFile = h.Marker
	file := "/dev/shm/" + h.ShmFile
	if err := os.WriteFile(file, nil, 0o600); err == nil {
		t.Cleanup(func() { os.Remove(file) })
	}
}

// environ is the caller's, with secrets in it.
func environ(h *bait.Host) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.Home, "SNUG_PORTABLE=" + os.Getenv("SNUG_PORTABLE")}
	for _, name := range h.Env {
		env = append(env, fmt.Sprintf("%s=%s", name, h.Marker))
	}
	return env
}
