//! Golden files pin the bytes of the record. Those of a released format are
//! added to and never changed, and `UPDATE_EXPECT` does not write them.
