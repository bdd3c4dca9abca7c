package idmap

import "fmt"

// NoSubordinateIDsError says that a user has no ids besides his own.
type NoSubordinateIDsError struct {
	User   User
	Kind   Kind
	Source string // the file, or the plug-in that nsswitch.conf names
	Both   bool   // the user has none of the other kind either
	Free   Range  // ids that no user has yet; for files only
	Err    error  // ENOENT if the file does not exist
}

func (e *NoSubordinateIDsError) fromFile() bool { return e.Source == e.Kind.file() }

func (e *NoSubordinateIDsError) Error() string {
	return fmt.Sprintf("look up the subordinate %ss of %s: none granted", e.Kind, e.who())
}

// Cause tells where a grant was looked for.
func (e *NoSubordinateIDsError) Cause() string {
	switch {
	case !e.fromFile():
		return fmt.Sprintf("/etc/nsswitch.conf has subordinate ids come from %q, where getsubids finds none for %s", e.Source, e.who())
	case e.Err != nil:
		return e.Source + " does not exist"
	case e.User.Name == "":
		return fmt.Sprintf("%s has no line for %d", e.Source, e.User.UID)
	}
	return fmt.Sprintf("%s has no line for %s or %d", e.Source, e.User.Name, e.User.UID)
}

// Hint gives the command for root. usermod edits the files only.
func (e *NoSubordinateIDsError) Hint() string {
	if !e.fromFile() {
		return fmt.Sprintf("ask whoever manages %q to grant 65536 ids to %s", e.Source, e.who())
	}
	flags := []Kind{e.Kind}
	if e.Both {
		flags = []Kind{UIDs, GIDs}
	}
	return "as root: " + usermod(e.Err != nil, e.Free, e.User.login(), flags...)
}

func (e *NoSubordinateIDsError) Unwrap() error { return e.Err }

func (e *NoSubordinateIDsError) who() string {
	if e.User.Name == "" {
		return fmt.Sprintf("uid %d", e.User.UID)
	}
	return e.User.Name
}

// login gives the name that usermod wants, or has the shell look it up.
func (u User) login() string {
	if u.Name == "" {
		return fmt.Sprintf("$(id -un %d)", u.UID)
	}
	return u.Name
}

// usermod composes the command that grants r. Without the files it refuses the
// flags ("/etc/subuid does not exist, you cannot use the flags -v or -V",
// shadow 4.13), so they are made first.
func usermod(missing bool, r Range, name string, kinds ...Kind) string {
	command := "usermod"
	if missing {
		command = "touch /etc/subuid /etc/subgid && usermod"
	}
	for _, k := range kinds {
		command += " " + k.addFlag() + " " + r.String()
	}
	return command + " " + name
}
