mod child;
use child::Child;
