package userns

import "slices"

// Credentials are the names, relative to a home directory, of what is kept from a command
// unless it is named itself. A name that has one of them above it is of it.
func Credentials() []string { return slices.Clone(credentials) }

// credentials are what is kept from a command even if the home directory is shown: below
// it, and private inside unless it is named itself. Files that let somebody be you elsewhere,
// and records of what you typed.
var credentials = []string{
	".ssh", ".gnupg", ".pki", ".putty", ".password-store", ".local/share/keyrings", ".local/share/kwalletd", ".config/keepassxc",
	".config/op", ".config/1Password", ".config/Bitwarden", ".config/Bitwarden CLI", ".config/sops", ".config/age",
	".aws", ".azure", ".config/gcloud", ".boto", ".s3cfg", ".config/rclone", ".config/doctl", ".config/hcloud", ".oci", ".fly", ".config/heroku",
	".kube", ".docker", ".config/containers", ".config/helm", ".vault-token", ".terraform.d", ".config/pulumi", ".pulumi",
	".config/gh", ".config/glab-cli", ".config/hub", ".config/github-copilot", ".git-credentials", ".config/git/credentials", ".subversion/auth",
	".netrc", ".authinfo", ".authinfo.gpg", ".pgpass", ".my.cnf", ".mylogin.cnf", ".npmrc", ".yarnrc.yml", ".pypirc", ".config/pypoetry/auth.toml",
	".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".m2/settings.xml", ".m2/settings-security.xml", ".gradle/gradle.properties",
	".nuget/NuGet/NuGet.Config", ".config/composer/auth.json", ".composer/auth.json", ".bundle/config",
	".claude/.credentials.json", ".codex/auth.json", ".gemini/oauth_creds.json", ".config/openai", ".anthropic",
	".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".config/microsoft-edge", ".config/vivaldi",
	".var/app/org.mozilla.firefox", ".var/app/com.google.Chrome", "snap/firefox", "snap/chromium", ".config/Signal", ".config/Slack", ".config/discord",
	".config/filezilla", ".config/remmina", ".electrum", ".bitcoin", ".ethereum", ".config/solana",
	".bash_history", ".zsh_history", ".histfile", ".python_history", ".psql_history", ".mysql_history", ".sqlite_history", ".node_repl_history",
	".irb_history", ".rediscli_history", ".local/share/fish/fish_history", ".local/state/bash/history", ".lesshst", ".viminfo",
	".Xauthority", ".ICEauthority",
}
