package confine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// secrets are files of the kind that programs look for, below the home.
var secrets = []string{
	".ssh/id_ed25519", ".ssh/config", ".ssh/known_hosts", ".ssh/control/master", ".aws/credentials", ".azure/accessTokens.json",
	".gnupg/private-keys-v1.d/x.key", ".netrc", ".config/gcloud/credentials.db", ".kube/config", ".docker/config.json",
	".config/containers/auth.json", ".config/gh/hosts.yml", ".git-credentials", ".npmrc", ".pypirc", ".cargo/credentials.toml",
	".m2/settings.xml", ".gem/credentials", ".terraform.d/credentials.tfrc.json", ".vault-token", ".pgpass", ".my.cnf",
	".mozilla/firefox/x/logins.json", ".config/google-chrome/Default/Cookies", ".config/chromium/Default/Login Data",
	".bash_history", ".zsh_history", ".python_history", ".psql_history", ".local/share/fish/fish_history",
	".password-store/x.gpg", ".local/share/keyrings/login.keyring", ".local/share/kwalletd/kdewallet.kwl",
	".claude/.credentials.json", ".codex/auth.json", ".bashrc", ".profile", ".ssh/authorized_keys", ".gitconfig",
	"Documents/letter.txt", "other/project/file",
}

// secretNames are variables of the kind that holds secrets or leads to services.
var secretNames = []string{
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET", "GOOGLE_APPLICATION_CREDENTIALS", "GITHUB_TOKEN", "NPM_TOKEN",
	"ANTHROPIC_API_KEY", "MY_API_KEY", "DB_PASSWORD", "PGPASSWORD", "MYSQL_PWD", "CLIENT_SECRET", "VAULT_TOKEN", "KUBECONFIG",
	"SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST", "XDG_RUNTIME_DIR",
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "TMUX", "STY", "NOTIFY_SOCKET", "LISTEN_FDS", "VSCODE_IPC_HOOK_CLI",
	"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT",
}

// guarded are files of the kind that makes something run outside later, in the
// project. Those of the second list have to be looked for.
var (
	guarded = []string{
		".git/config", ".git/hooks/pre-commit", ".gitmodules", ".envrc", ".vscode/tasks.json", ".idea/workspace.xml",
		".claude/settings.json", ".mcp.json",
	}
	elsewhere = []string{
		".git/modules/sub/config", ".git/modules/sub/hooks/pre-commit", ".git/worktrees/x/config.worktree", "included",
		"sub/.git/config", "sub/.git/hooks/pre-commit",
	}
)

// lay puts bait everywhere. The host it returns lacks only what depends on the
// sandbox.
func lay(t testing.TB) *bait.Host {
	t.Helper()
	dir := t.TempDir()
	h := &bait.Host{
		UID: os.Getuid(), GID: os.Getgid(), Umask: umask(),
		Marker: "snug-test-" + strconv.Itoa(os.Getpid()), Flag: "--unsetenv", Env: secretNames,
		Home: filepath.Join(dir, "home"), Project: filepath.Join(dir, "project"), TmpFile: filepath.Join(dir, "outside"),
		Namespaces: map[string]string{},
	}
	write(t, h.TmpFile, "")
	for _, name := range secrets {
		file := filepath.Join(h.Home, name)
		write(t, file, "secret")
		h.Secrets = append(h.Secrets, file)
	}
	layProject(t, h)
	layMachine(t, h)
	layProcess(t, h)
	laySockets(t, h, dir)
	layMemory(t, h)
	layKey(h)
	return h
}

func write(t testing.TB, file, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(file), 0o755))
	must(t, os.WriteFile(file, []byte(text), 0o644))
}

// mine is what is in the files of the project, for git, too.
const mine = "[include]\n\tpath = ../included\n"

// layProject makes one with a repository and the helper in it.
func layProject(t testing.TB, h *bait.Host) {
	h.Guarded = guarded
	for _, name := range append(elsewhere, guarded...) {
		write(t, filepath.Join(h.Project, name), mine)
	}
	write(t, filepath.Join(h.Project, ".git/HEAD"), "ref: refs/heads/main\n")
	for _, name := range []string{"link", "dir/link"} {
		link := filepath.Join(h.Project, name)
		must(t, os.MkdirAll(filepath.Dir(link), 0o755))
		must(t, os.Symlink(h.Secrets[0], link))
		h.Links = append(h.Links, link)
	}
	program, err := exec.LookPath("scout")
	must(t, err)
	text, err := os.ReadFile(program)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(h.Project, "scout"), text, 0o755))
}

// layMachine notes what tells the host from a sandbox.
func layMachine(t testing.TB, h *bait.Host) {
	var err error
	h.Hostname, err = os.Hostname()
	must(t, err)
	id, _ := os.ReadFile("/etc/machine-id")
	h.MachineID = strings.TrimSpace(string(id))
	h.TimeNamespace, _ = os.Readlink("/proc/self/ns/time")
	for _, name := range []string{"user", "mnt", "pid", "ipc", "uts", "cgroup", "net"} {
		link, err := os.Readlink("/proc/self/ns/" + name)
		must(t, err)
		h.Namespaces[name] = link
	}
	h.RootDev, h.PtsDev = device(t, "/"), device(t, "/dev/pts")
}

func device(t testing.TB, path string) uint64 {
	t.Helper()
	var st unix.Stat_t
	must(t, unix.Stat(path, &st))
	return st.Dev
}

func must(t testing.TB, err error) {
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
