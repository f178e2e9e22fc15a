// Package problem describes errors that a person must act on: the code of an
// error for records ([Code]), what people read about it ([Advise], [Text]), and
// the errors that end the program because retrying cannot help ([AsFatal]).
package problem
