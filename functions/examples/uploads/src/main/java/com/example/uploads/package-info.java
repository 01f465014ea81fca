/** Two functions as anybody would write them: they take their input and return a result; what comes next is the workflow's. */
package com.example.uploads;
