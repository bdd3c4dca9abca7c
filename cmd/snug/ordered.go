package main

import (
	"errors"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// pair says whether flag takes two words.
func pair(flag string) bool {
	switch flag {
	case "bind", "bind-try", "ro-bind", "ro-bind-try", "dev-bind", "dev-bind-try", "symlink", "setenv":
		return true
	}
	return false
}

// words is how many words flag takes when its first is the given one.
func words(flag, first string) int {
	if pair(flag) && !(flag == "setenv" && hasEquals(first)) {
		return 2
	}
	return 1
}

func hasEquals(s string) bool {
	for i := range len(s) {
		if s[i] == '=' {
			return i > 0
		}
	}
	return false
}

// decode is kong's reader for the ordered flags.
func (r *runCmd) decode(ctx *kong.DecodeContext, _ reflect.Value) error {
	t := typed{flag: ctx.Value.Name}
	for len(t.values) == 0 || len(t.values) < words(t.flag, t.values[0]) {
		token, err := ctx.Scan.PopValue(ctx.Value.Flag.PlaceHolder)
		if err != nil {
			return err
		}
		t.values = append(t.values, valueOf(token))
	}
	r.Ordered = append(r.Ordered, t)
	return nil
}

// valueOf is what was typed for a flag: b of --e=b, -eb and -e=b.
func valueOf(token kong.Token) string {
	if token.Type == kong.ShortFlagTailToken {
		return strings.TrimPrefix(token.String(), "=")
	}
	return token.String()
}

// decodeString is kong's reader for strings. Its own goes through JSON and turns
// bytes that are no UTF-8 into question marks, and a path is bytes.
func decodeString(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("string")
	if err != nil {
		return err
	}
	value := valueOf(token)
	if ctx.Value.Flag != nil && value == "" {
		return errEmpty
	}
	target.SetString(value)
	return nil
}

// errEmpty is for a flag whose value is empty, as that of a variable that isn't
// set: it must not mean the same as no flag.
var errEmpty = errors.New("the value is empty")

// flagMapper is kong's reader for an ordered flag without a value.
type flagMapper struct{ run *runCmd }

func (flagMapper) IsBool() bool { return true }

func (m flagMapper) Decode(ctx *kong.DecodeContext, _ reflect.Value) error {
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		ctx.Scan.Pop()
	}
	m.run.Ordered = append(m.run.Ordered, typed{flag: ctx.Value.Name})
	return nil
}
