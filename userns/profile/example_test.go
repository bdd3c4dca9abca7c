package profile_test

import (
	"fmt"

	"snug/userns/profile"
)

// A profile of one's own over a built-in one, and what that takes away.
func Example() {
	mine, err := profile.Parse("mine", "mine.toml", []byte(`
memory    = "2G"
share-net = false
rw        = ["~/out"]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	base, _ := profile.Builtin("build")
	stack := profile.Stack{base, mine}
	on, _ := stack.Switch("share-net")
	fmt.Println("network:", on)
	fmt.Println("memory:", stack.Text("memory").Text, "by", stack.Text("memory").From())
	for _, sentence := range stack.Loosens() {
		fmt.Println("it", sentence)
	}
	// Output:
	// network: false
	// memory: 2G by mine line 2
	// it can write ~/out
	// it can read ~/.local/bin
	// it keeps, of its own and not yours, from one run to the next: ~/.cache/ccache ~/.cache/sccache
}

// An error shows the place.
func ExampleParse() {
	_, err := profile.Parse("mine", "mine.toml", []byte("memroy = '1G'\n"))
	fmt.Println(err)
	for _, line := range err.(profile.Errors)[0].Excerpt() {
		fmt.Println(line)
	}
	// Output:
	// profile mine.toml, line 1, column 1: unknown key "memroy"
	// 1| memroy = '1G'
	//  | ~~~~~~
}
