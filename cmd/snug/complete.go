package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// completer finds the words that can stand at the end of a line. It reads the line by kong's
// model of the grammar, with patience: a line that is being typed is not right yet.
type completer struct {
	names func() []string // of sandboxes

	ask  string
	list []candidate
}

// candidate is a word, and what it is for.
type candidate struct{ word, about string }

// offer adds a word, if it goes on where the typed one ends.
func (c *completer) offer(typed, word, about string) {
	if strings.HasPrefix(word, typed) {
		c.list = append(c.list, candidate{word, about})
	}
}

// complete finds out what the last of words can be, behind node.
func (c *completer) complete(node *kong.Node, words []string) {
	c.ask = askNothing
	last := len(words) - 1
	typed, place := words[last], 0
	for i := 0; i < last; i++ {
		w := words[i]
		switch {
		case w == "--" && commandAt(node) >= 0:
			c.ask = askCommand + " " + strconv.Itoa(i+1)
			return
		case w == "--":
		case strings.HasPrefix(w, "-") && w != "-":
			flag, values := flagOf(node, w, words[i+1])
			if i+values >= last { // the value is being typed
				c.value(flag, typed, "", last-i)
				return
			}
			i += values
		case place == commandAt(node):
			c.ask = askCommand + " " + strconv.Itoa(i)
			return
		case len(node.Children) > 0:
			child := childOf(node, w)
			if child == nil {
				return
			}
			node = child
		default:
			place++
		}
	}
	c.word(node, typed, last, place)
}

// word is for one that is no value of a flag that stands before it.
func (c *completer) word(node *kong.Node, typed string, index, place int) {
	if name, value, ok := strings.Cut(typed, "="); ok && strings.HasPrefix(typed, "--") {
		if flag, _ := flagOf(node, name, ""); flag != nil {
			c.value(flag, value, name+"=", 1)
		}
		return
	}
	switch {
	case strings.HasPrefix(typed, "-"):
		c.flags(node, typed)
	case place == commandAt(node):
		c.ask = askCommand + " " + strconv.Itoa(index)
	case len(node.Children) > 0:
		for _, child := range node.Children {
			if !child.Hidden {
				c.offer(typed, child.Name, child.Help)
			}
		}
	case len(node.Positional) > 0:
		arg := node.Positional[min(place, len(node.Positional)-1)]
		c.values(arg, typed, "", 1)
	}
}

// commandAt is the place of the arguments from which on they are the line of another command,
// or -1.
func commandAt(node *kong.Node) int {
	return slices.IndexFunc(node.Positional, func(p *kong.Positional) bool { return p.PassthroughMode != kong.PassThroughModeNone })
}

func takesCommand(node *kong.Node) bool { return commandAt(node) >= 0 }

func childOf(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name || slices.Contains(child.Aliases, name) {
			return child
		}
	}
	return nil
}

// flags lists what begins as typed, long forms before letters.
func (c *completer) flags(node *kong.Node, typed string) {
	var letters []candidate
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			c.offer(typed, "--"+f.Name, f.Help)
			if f.Short != 0 && typed == "-" {
				letters = append(letters, candidate{"-" + string(f.Short), f.Help})
			}
		}
	}
	c.list = append(c.list, letters...)
}

// flagOf finds the flag of a word, and how many of the next words are its values.
func flagOf(node *kong.Node, word, next string) (*kong.Flag, int) {
	if !strings.HasPrefix(word, "--") {
		return letterOf(node, word[1:], next)
	}
	name, _, attached := strings.Cut(word[2:], "=")
	f := findFlag(node, func(f *kong.Flag) bool { return f.Name == name || slices.Contains(f.Aliases, name) })
	if f == nil || f.IsBool() || attached {
		return f, 0
	}
	return f, words(f.Name, next)
}

// letterOf is flagOf for letters together: the first that takes a value takes what follows it,
// or the next word.
func letterOf(node *kong.Node, letters, next string) (f *kong.Flag, values int) {
	for i, letter := range letters {
		f = findFlag(node, func(f *kong.Flag) bool { return f.Short == letter })
		switch {
		case f == nil:
			return nil, 0
		case f.IsBool():
		case i+1 < len(letters):
			return f, 0
		default:
			return f, words(f.Name, next)
		}
	}
	return f, 0
}

func findFlag(node *kong.Node, is func(*kong.Flag) bool) *kong.Flag {
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			if is(f) {
				return f
			}
		}
	}
	return nil
}
