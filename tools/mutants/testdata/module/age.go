package m

// Adult reports whether someone of that age may vote.
func Adult(age int) bool {
	return age >= 18
}
