package main

import (
	"bytes"
	"strings"
)

// What a key has done beyond changing the view.
const (
	keyNone = iota
	keyQuit
	keyInterrupt
	keySuspend
)

// arrow is what an arrow stands for: the last byte tells, in both modes of a keypad. A switch,
// since a map would be made whenever snug starts.
func arrow(sequence []byte) byte {
	if len(sequence) != 3 {
		return 0 // with Control or Shift, or another key
	}
	switch sequence[2] {
	case 'A':
		return 'k'
	case 'B':
		return 'j'
	case 'C':
		return '>'
	case 'D':
		return '<'
	}
	return 0
}

// press takes what was typed, which may be several keys.
func (v *topView) press(typed []byte) (what int) {
	for len(typed) > 0 && what == keyNone {
		key, n := typed[0], 1
		if key == '\x1b' {
			key, n = escaped(typed)
		}
		what = v.key(key)
		typed = typed[n:]
	}
	return what
}

// escaped is what a sequence stands for, 0 for one that says nothing here, and its length.
func escaped(typed []byte) (key byte, n int) {
	if len(typed) < 2 || typed[1] != '[' && typed[1] != 'O' {
		return 0, 1
	}
	end := bytes.IndexFunc(typed[2:], func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 {
		return 0, len(typed)
	}
	n = end + 3
	return arrow(typed[:n]), n
}

func (v *topView) key(key byte) int {
	for i := range orders {
		if orders[i].key == key {
			v.by = i
		}
	}
	switch key {
	case 'q', 'Q':
		return keyQuit
	case 'C' - '@':
		return keyInterrupt
	case 'Z' - '@':
		return keySuspend
	case 'r':
		v.reverse = !v.reverse
	case '>', '<':
		step := strings.IndexByte("<.>", key) - 1
		v.by = (v.by + step + len(orders)) % len(orders)
	case 'j':
		v.from++ // draw knows the end
	case 'k':
		v.from = max(v.from-1, 0)
	}
	return keyNone
}
