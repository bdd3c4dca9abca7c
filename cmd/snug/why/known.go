package why

import (
	"path"
	"strings"

	"snug/userns"
)

// about is something known of a path.
type about struct {
	path  string // below a home if it is relative; a * is one name
	what  string
	keeps bool // a secret, or a way to more than files: to open it is a decision
	noise bool // programs look there as a matter of course, and do without
}

// known is what a report says more about. Whatever is below such a path is of it. What is
// above one may be proposed without a word: a directory that is shown shows no secrets
// ([userns.Credentials], each of which is a decision whether it has words here or not).
var known = [...]about{
	{".ssh", "your ssh keys", true, false},
	{".gnupg", "your GnuPG keys", true, false},
	{".password-store", "your passwords", true, false},
	{".local/share/keyrings", "your passwords", true, false},
	{".local/share/kwalletd", "your passwords", true, false},
	{".aws", "your AWS credentials", true, false},
	{".azure", "your Azure credentials", true, false},
	{".config/gcloud", "your Google Cloud credentials", true, false},
	{".config/doctl", "your DigitalOcean token", true, false},
	{".config/rclone", "your credentials for storage", true, false},
	{".kube", "your credentials for Kubernetes", true, false},
	{".docker/config.json", "your logins to registries", true, false},
	{".config/containers/auth.json", "your logins to registries", true, false},
	{".config/gh", "your GitHub token", true, false},
	{".config/glab-cli", "your GitLab token", true, false},
	{".git-credentials", "your passwords for git", true, false},
	{".config/git/credentials", "your passwords for git", true, false},
	{".netrc", "your passwords", true, false},
	{".npmrc", "npm's settings, with a token if you publish", true, false},
	{".yarnrc.yml", "yarn's settings, with a token if you publish", true, false},
	{".pypirc", "your PyPI token", true, false},
	{".cargo/credentials.toml", "your crates.io token", true, false},
	{".cargo/credentials", "your crates.io token", true, false},
	{".gem/credentials", "your RubyGems token", true, false},
	{".m2/settings-security.xml", "Maven's master password", true, false},
	{".m2/settings.xml", "Maven's settings, with passwords of repositories", true, false},
	{".gradle/gradle.properties", "Gradle's settings, with passwords of repositories", true, false},
	{".terraform.d/credentials.tfrc.json", "your Terraform token", true, false},
	{".vault-token", "your Vault token", true, false},
	{".pgpass", "your database passwords", true, false},
	{".my.cnf", "your database passwords", true, false},
	{".mozilla", "your browser's passwords and cookies", true, false},
	{".thunderbird", "your mail", true, false},
	{".config/google-chrome", "your browser's passwords and cookies", true, false},
	{".config/chromium", "your browser's passwords and cookies", true, false},
	{".config/BraveSoftware", "your browser's passwords and cookies", true, false},
	{".claude", "an agent's settings and credentials", true, false},
	{".codex", "an agent's settings and credentials", true, false},
	{".Xauthority", "the key to your screen and keyboard", true, false},
	{"/tmp/.X11-unix", "your screen and keyboard (X11)", true, false},
	{"/run/user/*/bus", "your session's bus: a way to run programs outside", true, false},
	{"/run/user/*/systemd", "your session's manager: a way to run programs outside", true, false},
	{"/run/user/*/gnupg", "the agent of your GnuPG keys", true, false},
	{"/run/user/*/keyring", "the agent of your keys and passwords", true, false},
	{"/run/user/*/podman", "podman's service: a way to run programs outside", true, false},
	{"/run/user/*/docker.sock", "docker's service: a way to run programs outside", true, false},
	{"/run/docker.sock", "docker's service: who reaches it is root of this machine", true, false},
	{"/run/containerd", "containerd's service: who reaches it is root of this machine", true, false},
	{"/run/podman", "podman's service: who reaches it is root of this machine", true, false},
	{"/run/dbus", "the machine's bus", true, false},
	{"/run/secrets", "secrets", true, false},
	{"/run/credentials", "secrets", true, false},

	{".bash_history", "what you typed", true, true},
	{".zsh_history", "what you typed", true, true},
	{".python_history", "what you typed", true, true},
	{".lesshst", "what you searched for", true, true},
	{".inputrc", "", false, true},
	{".terminfo", "", false, true},
	{".selected_editor", "", false, true},
	{".config/locale.conf", "", false, true},
	{".config/user-dirs.dirs", "", false, true},
	{"/run/nscd", "the name service cache", false, true},
	{"/run/systemd", "systemd's sockets", true, true},
	{"/run/utmp", "who is logged in", false, true},
	{"/run/udev", "", false, true},
	{"/run/log", "", false, true},
	{"/dev/log", "the machine's log", false, true},
}

// starts are files by which something runs outside later: to write them is to run programs
// there.
var starts = [...]string{
	".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile", ".config/fish",
	".config/autostart", ".config/systemd", ".local/share/systemd", ".config/environment.d", ".pam_environment", ".xprofile", ".xinitrc",
	".gitconfig", ".config/git", ".vimrc", ".config/nvim", ".emacs", ".emacs.d", ".local/bin", "bin", ".cargo/bin", "go/bin", ".npm-global/bin",
	".ssh", ".config/Code", ".vscode",
}

// aboutPath finds what is known of a path or of what is above it.
func aboutPath(homes []string, name string) *about {
	for i := range known {
		if matches(homes, known[i].path, name) {
			return &known[i]
		}
	}
	for _, c := range userns.Credentials() {
		if matches(homes, c, name) {
			return &about{path: c, what: "credentials, or a record of what you did", keeps: true}
		}
	}
	return nil
}

// startOf is such a file that a path is, or is below, or else that is below it; "" if there
// is none.
func startOf(homes []string, name string) string {
	below := ""
	for _, s := range starts {
		for _, home := range homes {
			full := path.Join(home, s)
			switch {
			case within(name, full):
				return full
			case within(full, name) && below == "":
				below = full
			}
		}
	}
	return below
}

// matches tells whether a name is, or is below, what a pattern says.
func matches(homes []string, pattern, name string) bool {
	if path.IsAbs(pattern) {
		return like(pattern, name)
	}
	for _, home := range homes {
		if within(name, path.Join(home, pattern)) {
			return true
		}
	}
	return false
}

func like(pattern, name string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(have) < len(want) {
		return false
	}
	for i := range want {
		if want[i] != "*" && want[i] != have[i] {
			return false
		}
	}
	return true
}

// within tells whether a clean path is a directory or below it.
func within(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}
