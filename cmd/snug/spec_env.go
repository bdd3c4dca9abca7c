package main

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// environment turns the ordered flags that are about variables into changes.
func (r *runCmd) environment(s *userns.Spec) error {
	for _, t := range r.Ordered {
		switch t.flag {
		case "clearenv":
			s.Env, s.SetEnv = []string{}, nil
		case "setenv":
			if err := setVariable(s, t.flag, strings.Join(t.values, "=")); err != nil {
				return err
			}
		case "unsetenv":
			if err := variableName(t.flag, t.values[0]); err != nil {
				return err
			}
			s.SetEnv = append(s.SetEnv, t.values[0])
		case "env":
			if err := passVariable(s, t.values[0]); err != nil {
				return err
			}
		case "env-file":
			if err := envFile(s, t.values[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

func setVariable(s *userns.Spec, flag, kv string) error {
	name, _, _ := strings.Cut(kv, "=")
	if err := variableName(flag, name); err != nil {
		return err
	}
	s.SetEnv = append(s.SetEnv, kv)
	return nil
}

func variableName(flag, name string) error {
	if name == "" || strings.ContainsAny(name, "=\x00") {
		return &valueError{flag, name, "the name of a variable, such as HOME"}
	}
	return nil
}

// passVariable is -e KEY=VALUE, or -e KEY for the caller's own value.
func passVariable(s *userns.Spec, kv string) error {
	if hasEquals(kv) {
		return setVariable(s, "env", kv)
	}
	value, ok := os.LookupEnv(kv)
	if !ok {
		return variableName("env", kv)
	}
	return setVariable(s, "env", kv+"="+value)
}

// envFile reads lines of KEY=VALUE, or KEY for the caller's own value; # starts
// a comment. As podman and docker read it: nothing is unquoted or expanded.
func envFile(s *userns.Spec, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return &userns.Error{Do: "read --env-file", On: file, Err: cause(err),
			Why: "it has to be a file that you can read", Fix: "check the path and its mode"}
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := passVariable(s, line); err != nil {
			return &userns.Error{Do: "read --env-file", On: file + " line " + strconv.Itoa(n), Err: unix.EINVAL,
				Why: "the line has no variable name", Fix: "write KEY=VALUE, or KEY for your own value"}
		}
	}
	return nil
}
