package main

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// The list of files that were allowed is ~/.local/state/snug/allowed, in the home of the
// password database. Neither HOME nor XDG_STATE_HOME moves it: nothing is typed when a
// project's file is used, so a variable alone could say yes in the user's name.
//
// Sandboxes don't see it, as they see nothing of the home.

func allowedFile() (string, error) {
	home := userns.Home()
	if home == "" {
		return "", &userns.Error{Do: "find what you have allowed", Err: unix.ENOENT, Why: "you have no home: none in /etc/passwd, and HOME isn't set", Fix: "name a profile with --profile"}
	}
	return filepath.Join(home, ".local", "state", "snug", "allowed"), nil
}

// readAllowed reads the list. One that is not there allows nothing; one that others may have
// written is an error.
func readAllowed() (*profile.Allowed, error) {
	file, err := allowedFile()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return &profile.Allowed{}, nil
	}
	var st unix.Stat_t
	if err == nil {
		err = unix.Lstat(file, &st)
	}
	switch {
	case err != nil:
		return nil, &userns.Error{Do: "read what you have allowed,", On: file, Err: cause(err), Why: "it has to be a file that you can read", Fix: "check its mode, or remove it and allow again"}
	case st.Mode&unix.S_IFMT != unix.S_IFREG || !trusted(&st):
		return nil, untrusted(file)
	}
	return profile.ParseAllowed(text), nil
}

// changeAllowed reads the list, has it changed and writes it, while nobody else does. An empty
// list is no file.
func changeAllowed(change func(*profile.Allowed)) error {
	file, err := allowedFile()
	if err != nil {
		return err
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritten(dir, err)
	}
	lock, err := os.Open(dir)
	if err == nil {
		defer lock.Close()
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX)
	}
	if err != nil {
		return unwritten(dir, err)
	}
	list, err := readAllowed()
	if err != nil {
		return err
	}
	change(list)
	if list.Len() == 0 {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			return unwritten(file, err)
		}
		return nil
	}
	return replaceFile(file, list.String())
}

// replaceFile puts a text in the place of another, whole or not at all.
func replaceFile(file, text string) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".allowed-*") // mode 0600
	if err != nil {
		return unwritten(file, err)
	}
	defer os.Remove(f.Name()) // if it is there still
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return unwritten(file, err)
	}
	return nil
}

func unwritten(file string, err error) error {
	return &userns.Error{Do: "write down what you allow, in", On: file, Err: cause(err), Why: "the directory has to be one that you can write", Fix: "check its owner and mode, and the space on the disk"}
}
